import type { TransportFailure } from './call-record.js';

const messages: Record<TransportFailure, string> = {
  deadline: 'Stytch did not respond before the deadline.',
  connection: 'The connection to Stytch failed.',
  origin_refused: 'Requests are sent to the configured API only.',
  redirect_refused: 'Stytch responded with a redirect. Redirects are not followed.',
  encoding_refused: 'Stytch responded with a content encoding that was not accepted.',
  too_large: 'The response of Stytch exceeds the size limit.',
  closed: 'The application is shutting down.',
};

/** A call without a complete response. Contains nothing that was sent. */
export class TransportError extends Error {
  override readonly name = 'TransportError';

  constructor(readonly failure: TransportFailure) {
    super(messages[failure]);
  }
}
