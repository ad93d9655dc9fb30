import { type NewFactor } from '../../sessions/factors/factor.js';
import { type AuthMethod, authMethodOf } from '../auth-method.js';

/**
 * The methods that prove that the person owns the email address now. A password doesn't, and neither do the accounts at
 * the other providers.
 */
export const emailProvingMethods: readonly AuthMethod[] = [
  'magic_link',
  'email_otp',
  'google_oauth',
  'microsoft_oauth',
];

export function provesEmail(factor: NewFactor): boolean {
  return emailProvingMethods.some((method) => method === authMethodOf(factor));
}
