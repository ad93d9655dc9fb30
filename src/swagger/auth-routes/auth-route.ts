import type { RefusalCode } from '../../lib/index.js';
import type { AnySignInMethod, ResolvedOptions } from '../../lib/internal.js';
import type { Parameter, Responses, Schema } from '../openapi.js';

/** What the login routes of an application depend on. */
export interface AuthRouteContext {
  readonly product: 'consumer' | 'b2b';
  readonly options: ResolvedOptions;
  /** The methods that are switched on. */
  readonly methods: readonly AnySignInMethod[];
  /** The method of `POST login`. */
  readonly first: AnySignInMethod | undefined;
}

/** What a login route takes and how it responds. */
export interface AuthRoute {
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly body?: Schema;
  /**
   * The media types of the body.
   * @default JSON and a form
   */
  readonly bodyTypes?: readonly string[];
  readonly isBodyOptional?: boolean;
  readonly responses: Responses;
  readonly codes: readonly RefusalCode[];
  /** Whether people see its refusals as pages. */
  readonly hasPages: boolean;
  /** Whether it reads the session of the request; by default it reads none. */
  readonly session?: 'required' | 'optional';
  /** Whether a bearer token can be that session, if the application accepts them. */
  readonly acceptsBearer?: boolean;
}

/** Describes a route; `undefined` if it always responds 404, or nothing leads there. */
export type DescribeAuthRoute = (context: AuthRouteContext) => AuthRoute | undefined;
