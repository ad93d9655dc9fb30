import { refusalOf } from '../errors/refusal.js';
import type { StytchUnavailable } from '../ports/stytch-response.js';

/** A step of a login that ends in a refusal. */
export const refused = (...refusal: Parameters<typeof refusalOf>) =>
  ({ kind: 'refused', refusal: refusalOf(...refusal) }) as const;

/** The same where Stytch could not be asked. */
export const refusedAsUnavailable = ({ reason, retryAfterSeconds }: StytchUnavailable) =>
  refused(reason === 'rate_limited' ? 'rate_limited' : 'stytch_unavailable', retryAfterSeconds);
