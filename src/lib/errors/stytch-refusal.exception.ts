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
 * Thrown by the guard and the login routes. The response body is `{ statusCode, error, message, code }`.
 * Neither message nor body contains a token or an email address.
 */
export class StytchRefusalException extends HttpException {
  /** Stable and machine-readable, for exception filters and clients. */
  readonly code: RefusalCode;

  constructor(refusal: Refusal) {
    const { status, code, message } = refusal;
    super({ statusCode: status, error: statusTexts[status], message, code }, status);
    this.code = code;
  }
}
