import { Logger } from '@nestjs/common';
import type { StartResult, StytchRejection } from '../../../lib/index.js';
import { refusalCodeOf, reportConfigurationError } from './refusal-of-rejection.js';

/** What a start must not tell: whether there is such an organization, and whether the address is a member's. */
const secrets: ReadonlySet<string> = new Set([
  'organization_unavailable',
  'organization_join_refused',
  'rate_limited',
]);

/**
 * The result of a start if Stytch rejects sending the email. Unless the address is malformed or the organization
 * does not allow the method, it doesn't tell.
 */
export function resultOfRejectedStart(rejection: StytchRejection, operation: string): StartResult {
  const { errorType, requestId } = rejection;
  if (errorType === 'invalid_email') return { kind: 'refused', code: 'email_invalid', field: 'email' };
  const code = refusalCodeOf(rejection);
  if (code === undefined && reportConfigurationError(rejection, operation))
    return { kind: 'refused', code: 'stytch_unavailable' };
  if (code !== undefined && !secrets.has(code)) return { kind: 'refused', code };
  if (code === undefined)
    new Logger('Stytch').warn(`${operation}: nothing was sent (${errorType}, ${requestId}).`);
  return { kind: 'sent' };
}
