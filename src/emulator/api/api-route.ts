import { type Fields } from './fields.js';
import { type StytchOperation } from './stytch-operations.js';

/** A call of the API that has passed authentication and whose body is a JSON object. */
export interface ApiCall {
  fields: Fields;
  /** A part of the path, for example `user_id`. */
  parameter: (name: string) => string;
  /** A query parameter. */
  query: (name: string) => string | undefined;
}

/**
 * Answers with the fields of its own; `request_id` and `status_code` are added to them.
 *
 * @throws {ApiError} what Stytch would refuse
 */
export type ApiHandler = (call: ApiCall) => Record<string, unknown>;

export type ApiRoutes = { readonly [Operation in StytchOperation]?: ApiHandler };
