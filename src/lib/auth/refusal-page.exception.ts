import type { Refusal } from '../errors/refusal.js';
import { StytchRefusalException } from '../errors/stytch-refusal.exception.js';

/** A refusal on a login route whose response will be shown to a person, as a page. */
export class RefusalPageException extends StytchRefusalException {
  /** @param returnTo as the client sent it, if the request named where to continue */
  constructor(
    readonly refusal: Refusal,
    readonly returnTo?: unknown,
  ) {
    super(refusal);
  }
}
