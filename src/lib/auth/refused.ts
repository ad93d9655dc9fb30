import { refusalOf } from '../errors/refusal.js';
import type { StytchUnavailable } from '../ports/stytch-response.js';

/** The result of a step that refuses the request. */
export const refused = (...refusal: Parameters<typeof refusalOf>) =>
  ({ kind: 'refused', refusal: refusalOf(...refusal) }) as const;

/** The result of a step that needed a response of Stytch and got none. */
export const refusedAsUnavailable = ({ reason, retryAfterSeconds }: StytchUnavailable) =>
  refused(reason === 'rate_limited' ? 'rate_limited' : 'stytch_unavailable', retryAfterSeconds);
