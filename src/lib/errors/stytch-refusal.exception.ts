import { HttpException } from '@nestjs/common';
import type { Refusal, RefusalCode } from './refusal.js';

const statusTexts: Record<Refusal['status'], string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  410: 'Gone',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

/**
 * What the guard and the login routes throw. The body is Nest's own shape with a stable `code`:
 * `{ statusCode, error, message, code }`. An exception filter can tell refusals apart by
 * {@link StytchRefusalException.code}; neither message nor body ever holds a token or an address.
 */
export class StytchRefusalException extends HttpException {
  /** Stable, snake_case, for machines. */
  readonly code: RefusalCode;

  constructor(refusal: Refusal) {
    const { status, code, message } = refusal;
    super({ statusCode: status, error: statusTexts[status], message, code }, status);
    this.code = code;
  }
}
