import type { ExecutionContext, Provider, Type } from '@nestjs/common';
import type { Refusal } from '../errors/refusal.js';
import type { CredentialKind } from '../identity/credential-kind.js';
import type { Principal } from '../identity/principal.js';

/**
 * Makes `@Protected()` work for handlers that Nest does not call over HTTP. It only tells where credentials
 * are and what a refusal looks like; the guard decides in the same way as over HTTP.
 *
 * Pass it in the static option `transports`. There is one for each type of context.
 */
export interface StytchTransport {
  /** The type of Nest's contexts that it is for, as `context.getType()` returns it: `graphql`, `ws`, `rpc`. */
  readonly contextType: string;
  /**
   * The kinds of credentials that its calls can have. The application does not start if a protected handler
   * accepts none of them.
   * @default all kinds
   */
  readonly credentials?: readonly CredentialKind[];
  /** Providers that the module of this package gets, and exports to the application. */
  readonly providers?: readonly Provider[];
  /**
   * Where a call has its credentials. Without a request and without a token, the call is refused with
   * `context_not_supported`.
   */
  callOf(context: ExecutionContext): TransportCall | undefined;
  /**
   * The error that carries a refusal to the client.
   * @default a `WsException` or `RpcException` with `status`, `code` and `message`
   */
  toError?(refusal: Refusal, context: ExecutionContext): Error;
  /** Called before the application listens, once its handlers are known. */
  start?(application: TransportApplication): void;
}

/** What the guard has to know about a call to a handler. */
export interface TransportCall {
  /**
   * The request of Node, Express or Fastify whose cookies and headers are the credentials: that of an
   * operation, or the one that opened the connection. Anything else is refused.
   */
  readonly request?: unknown;
  /**
   * The response of the same framework, on which the cookies of a refreshed session are set. Omit it where
   * nothing can be set.
   */
  readonly response?: unknown;
  /**
   * A bearer token that was sent in another way than in a header; empty if a call without a request has none. It
   * decides instead of the request.
   */
  readonly bearerToken?: string | undefined;
  /**
   * Where the session is attached: one of the arguments of the handler, so that `@CurrentSession()` finds it,
   * and one that other calls do not have.
   */
  readonly target: object;
  /**
   * Whether calls with the same request share one authentication for a second, as the resolvers of one operation
   * should. What each handler requires is checked for each.
   * @default false
   */
  readonly sharesAuthentication?: boolean;
  /**
   * Whether what the handler returns goes on after the call, as a subscription does. `TransportApplication.watch()`
   * then also tells that the session no longer meets what the handler requires.
   * @default false
   */
  readonly staysOpen?: boolean;
}

/** What a transport may use of the application. */
export interface TransportApplication {
  /** The instances of a provider in all modules. */
  instancesOf<Instance>(type: Type<Instance>): readonly Instance[];
  /** What a handler was authenticated as, by one of its arguments. */
  principalOf(target: object): Principal | undefined;
  /**
   * Calls `onEnd` once what a handler was called with is over: its session has ended or can't be verified anymore, its
   * access token has expired or, if the call stays open, a refresh of the session shows that it no longer meets what
   * the handler requires. Never, if the handler was called with neither.
   * @param target the argument of the handler that the session is attached to
   * @returns a function that stops watching
   */
  watch(target: object, onEnd: (refusal: Refusal) => void): () => void;
}
