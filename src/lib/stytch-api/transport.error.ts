import type { TransportFailure } from './call-record.js';

const messages: Record<TransportFailure, string> = {
  deadline: 'Stytch did not answer in time.',
  connection: 'Stytch could not be reached.',
  origin_refused: 'Calls go to the configured API only.',
  redirect_refused: 'Stytch answered with a redirect, which is not followed.',
  encoding_refused: 'Stytch answered in a content encoding that was not asked for.',
  too_large: 'The answer of Stytch was larger than allowed.',
  closed: 'The application is shutting down.',
};

/** A call that ended without an answer. Holds nothing of what was sent. */
export class TransportError extends Error {
  override readonly name = 'TransportError';

  constructor(readonly failure: TransportFailure) {
    super(messages[failure]);
  }
}
