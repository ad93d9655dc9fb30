import { type Product } from '../project/product.js';
import { documentedMessage, type DocumentedErrorType } from './documented-messages.js';

/**
 * An error response of the API. The error types are Stytch's own; those that start with `emulator_` only
 * occur here. Where neither Stytch's documentation nor a recorded response gives a status, it is 404 for
 * something unknown, 401 for something used or expired, and 400 for something malformed.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: ErrorStatus,
    /** Clients should rely on this type; the text of a message that Stytch does not document is the emulator's own. */
    readonly errorType: string,
    message: string,
  ) {
    super(message);
  }

  /** The response body without its `request_id`. */
  toWire(product: Product) {
    return {
      status_code: this.status,
      error_type: this.errorType,
      error_message: this.message,
      error_url: this.url(this.errorType, product),
    };
  }

  /** The response body of the OAuth 2.0 endpoints (RFC 6749, section 5.2). */
  toOAuthWire(product: Product) {
    const error = this.errorType === 'bad_request' ? 'invalid_request' : this.errorType;
    return {
      status_code: this.status,
      error,
      error_description: this.message,
      error_uri: this.url(error, product),
    };
  }

  private url(errorType: string, product: Product): string {
    if (errorType.startsWith('emulator_')) return '';
    const docs = product === 'b2b' ? 'docs/b2b/api' : 'docs/api';
    return `https://stytch.com/${docs}/errors/${this.status}#${errorType}`;
  }
}

export type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 409 | 422 | 429 | 500 | 501;

/**
 * @param message what is wrong, for error types whose message Stytch does not document
 * @throws {ApiError} always
 */
export function refuse<Type extends string>(
  status: ErrorStatus,
  errorType: Type,
  ...[message]: Type extends DocumentedErrorType ? [] : [message: string]
): never {
  throw new ApiError(status, errorType, documentedMessage(errorType) ?? message ?? errorType);
}
