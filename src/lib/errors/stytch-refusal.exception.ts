import { HttpException } from '@nestjs/common';
import type { Refusal, RefusalCode } from './refusal.js';

/** The `error` of the body. */
export const statusTexts: Record<Refusal['status'] | 303, string> = {
  303: 'See Other',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  410: 'Gone',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

/**
 * Thrown by the guard and the login routes. The body has Nest's shape with a stable `code`:
 * `{ statusCode, error, message, code }`. It never contains a token, a cookie or an email address.
 */
export class StytchRefusalException extends HttpException {
  /** Stable, snake_case; see the error codes in the README. */
  readonly code: RefusalCode;

  /** @param status 303 for a redirect to the login page; by default the status of the refusal */
  constructor(refusal: Refusal, status: Refusal['status'] | 303 = refusal.status) {
    const { code, message, primaryRequired } = refusal;
    const body = { statusCode: status, error: statusTexts[status], message, code };
    super({ ...body, ...(primaryRequired && { primaryRequired }) }, status);
    this.code = code;
  }
}
