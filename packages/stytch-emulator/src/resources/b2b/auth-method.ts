import { type NewFactor } from '../sessions/factors/factor.js';

/** The primary methods that an organization can restrict its members to. */
export type AuthMethod =
  | 'sso'
  | 'magic_link'
  | 'email_otp'
  | 'password'
  | 'google_oauth'
  | 'microsoft_oauth'
  | 'slack_oauth'
  | 'github_oauth'
  | 'hubspot_oauth';

export const authMethods: readonly AuthMethod[] = [
  'sso',
  'magic_link',
  'email_otp',
  'password',
  'google_oauth',
  'microsoft_oauth',
  'slack_oauth',
  'github_oauth',
  'hubspot_oauth',
];

/** The second factors that an organization can restrict its members to. */
export type MfaMethod = 'sms_otp' | 'totp';

export const mfaMethods: readonly MfaMethod[] = ['sms_otp', 'totp'];

/** The primary method of a factor; undefined for a second factor and for impersonation. */
export function authMethodOf(factor: NewFactor): AuthMethod | undefined {
  switch (factor.type) {
    case 'magic_link':
    case 'email_otp':
    case 'password':
      return factor.type;
    case 'oauth':
      return authMethods.find((method) => method === `${factor.registration.provider}_oauth`);
    default:
      return undefined;
  }
}

export function isSecondFactor({ type }: NewFactor): boolean {
  return ['totp', 'recovery_codes', 'otp'].includes(type);
}
