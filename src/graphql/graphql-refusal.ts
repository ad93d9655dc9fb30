import { HttpException } from '@nestjs/common';
import type { Refusal, RefusalCode } from '../lib/index.js';

/**
 * The error that resolvers fail with. GraphQL adds path and locations, and takes `extensions` over.
 *
 * It is an `HttpException` because Nest logs all other errors with a stack. Its body has no `statusCode`: by that
 * `@nestjs/apollo` recognizes errors whose code it replaces with `UNAUTHENTICATED` and the like.
 */
export class GraphqlRefusal extends HttpException {
  readonly extensions: {
    readonly code: RefusalCode;
    /** Apollo responds with this status if the application sets `preserveHttpStatusForExecutionErrors: false`. */
    readonly http: { readonly status: number };
    /** In seconds. */
    readonly retryAfter?: number;
  };
  /** Mercurius responds with this status if no field has data. */
  readonly statusCode: number;

  constructor({ code, message, status, retryAfterSeconds }: Refusal) {
    super({ code, message }, status);
    this.statusCode = status;
    this.extensions = {
      code,
      http: { status },
      ...(retryAfterSeconds !== undefined && { retryAfter: retryAfterSeconds }),
    };
  }
}
