import { type Fields } from './fields.js';
import { type SdkOperation } from './sdk-operations.js';
import { type StytchOperation } from './stytch-operations.js';

/** A call of an operation. It is authenticated, except where the operation authenticates a client. */
export interface ApiCall {
  readonly fields: Fields;
  /** A path parameter, for example `user_id`. */
  readonly parameter: (name: string) => string;
  readonly query: (name: string) => string | undefined;
  /** The whole query as it was sent, without the question mark. */
  readonly queryString: string;
  readonly header: (name: string) => string | undefined;
}

/** The response of an operation that sends a browser to another page. */
export class Redirect {
  constructor(readonly url: string) {}
}

/**
 * Carries out an operation and returns the response body. `request_id` and `status_code` are added to it.
 *
 * @throws {ApiError}
 */
export type ApiHandler = (call: ApiCall) => ApiResult | Promise<ApiResult>;

export type ApiResult = Record<string, unknown> | Redirect;

/**
 * Operations that respond 201. The document lists 200 for all of them, but the tests of Stytch's SDKs expect
 * what the API responds.
 */
const creations = new Set<string>(['POST /v1/users'] satisfies StytchOperation[]);

export const successStatus = (operation: string): 200 | 201 => (creations.has(operation) ? 201 : 200);

/** Handlers by operation, for example `POST /v1/users`. */
export type ApiRoutes = { readonly [Operation in StytchOperation]?: ApiHandler };

/**
 * A call of an operation by a browser SDK. Anyone who opens a page can make it, so `fields` has only the fields that
 * Stytch documents for the operation: no page can set custom claims, for example.
 */
export interface SdkCall extends ApiCall {
  /** The token of the session that the page has, active or not; undefined if it has none. */
  readonly sessionToken: string | undefined;
}

/**
 * Carries out an operation for a browser SDK and returns what the response has besides `request_id` and
 * `status_code`.
 *
 * @throws {ApiError}
 */
export type SdkHandler = (call: SdkCall) => SdkResult | Promise<SdkResult>;

type SdkResult = Record<string, unknown>;

/** Handlers by operation, for example `POST /sdk/v1/sessions/authenticate`. */
export type SdkRoutes = { readonly [Operation in SdkOperation]?: SdkHandler };
