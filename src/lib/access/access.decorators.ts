import { applyDecorators, SetMetadata, type CustomDecorator } from '@nestjs/common';
import { credentialKinds, type CredentialKind } from '../identity/credential-kind.js';
import {
  ACCESS_KEY,
  ALLOW_CROSS_SITE_KEY,
  changeMetadata,
  CREDENTIALS_KEY,
  DECLARED_ACCESS_KEY,
  declaredOn,
  END_WITH_SESSION_KEY,
  MAX_TOKEN_AGE_KEY,
  recordMethod,
  type Access,
} from './access-metadata.js';
import { bindGuard } from './bind-guard.js';

/** What {@link Protected} accepts. */
export interface ProtectedOptions {
  /**
   * The kinds of credentials that are accepted; on a handler, instead of those of the method that it
   * overrides or of its class. A handler that accepts `connected-app` has to require a scope or a permission.
   * @default the option `credentials` of the module
   */
  readonly credentials?: readonly [CredentialKind, ...CredentialKind[]];
  /**
   * For what must not rely on a token of up to five minutes ago: the JWT of a session that Stytch issued
   * longer ago is refreshed before the handler runs, so that a session revoked at Stytch is refused. With 0,
   * Stytch's confirmation is at most one second old: there is at most one call per session and second, and
   * requests at the same time share it. If Stytch can't be reached, the response is a 503, also within
   * `outage.graceSeconds`.
   *
   * On a handler, instead of that of its class. Access tokens of clients can't be refreshed, so older ones
   * are refused with `token_expired`.
   * @default a token is used until it expires
   */
  readonly maxTokenAgeSeconds?: number;
}

/**
 * Requires a session: on a class for all its handlers, or on one handler. Without a session the
 * handler does not run, and the response is a 401 with a stable `code`.
 *
 * It applies to HTTP routes, gateway messages, message and event patterns, and resolvers, whether or
 * not the guard is bound globally. Off HTTP, requests are refused with `context_not_supported`.
 *
 * With `credentials`, it requires any of them instead: a session JWT or an access token in the
 * `Authorization` header. A request with a bearer token is decided by that token alone.
 *
 * @throws {StytchStartupError} while the application starts: no module of this package is imported, or the
 * decorator is on a method that Nest does not call as a handler
 * @throws {TypeError} if `credentials` is empty or contains an unknown kind, or if `maxTokenAgeSeconds` is
 * not a number from 0
 *
 * @example
 * ```ts
 * @Protected()
 * @Controller('invoices')
 * export class InvoicesController {
 *   @Get()
 *   list(@CurrentSession() session: UserSession) {
 *     return this.invoices.of(session.userId);
 *   }
 * }
 * ```
 */
export const Protected = ({ credentials, maxTokenAgeSeconds }: ProtectedOptions = {}): ClassDecorator &
  MethodDecorator =>
  applyDecorators(
    declareAccess('protected'),
    bindGuard(),
    ...(credentials === undefined ? [] : [SetMetadata(CREDENTIALS_KEY, checkedCredentials(credentials))]),
    ...(maxTokenAgeSeconds === undefined
      ? []
      : [SetMetadata(MAX_TOKEN_AGE_KEY, checkedTokenAge(maxTokenAgeSeconds))]),
  );

function checkedTokenAge(seconds: number): number {
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw new TypeError('maxTokenAgeSeconds must be a number from 0.');
}

/** @throws {TypeError} for an empty list, which nobody could meet, and for unknown kinds */
export function checkedCredentials(credentials: readonly CredentialKind[]): readonly CredentialKind[] {
  const isKnown = credentials.every((kind) => credentialKinds.includes(kind));
  if (isKnown && credentials.length > 0) return Object.freeze([...credentials]);
  throw new TypeError(`credentials must be a list of one or more of: ${credentialKinds.join(', ')}.`);
}

/**
 * Requires nothing, and does no session work at all: for a handler of a protected class, or for
 * anything where protection is `opt-out`. On a handler it waives what the class requires.
 *
 * @throws {StytchStartupError} while the application starts: the same class or handler has requirements
 */
export const Public = (): ClassDecorator & MethodDecorator => declareAccess('public');

/**
 * Runs the handler for everybody, and attaches the session if there is one: `@CurrentSession()` is
 * `undefined` if there is none or if it can't be verified within half a second. Of the accepted
 * `credentials`, those of a session count. On a handler it waives what the class requires: the session may
 * be one that does not meet it.
 *
 * @throws {StytchStartupError} while the application starts: the same class or handler has requirements
 */
export const OptionalSession = (): ClassDecorator & MethodDecorator =>
  applyDecorators(declareAccess('optional'), bindGuard());

function declareAccess(access: Access): ClassDecorator & MethodDecorator {
  return applyDecorators(
    SetMetadata(ACCESS_KEY, access),
    changeMetadata(DECLARED_ACCESS_KEY, (target) => [...declaredOn(target), access]),
    recordMethod,
  );
}

/**
 * Accepts requests from pages of any site, with the person's cookies, on a protected handler that
 * changes something. For handlers that have another defense; consider the option `trustedOrigins`
 * first, which names the sites. Without it such requests get a 403 `cross_site_refused`.
 */
export const AllowCrossSite = (): CustomDecorator => SetMetadata(ALLOW_CROSS_SITE_KEY, true);

/**
 * Ends the response of a handler when its session ends or its access token expires: the connection is closed, at once
 * when the session is signed out, within a second when it expires, and within five minutes when it no longer meets what
 * the handler requires. For responses that are streamed for longer than a request takes, such as an export or a feed.
 * Server-sent events (`@Sse()`) end with their session without it.
 *
 * @param ends `false` lets server-sent events go on until the client closes them, such as the progress of a job
 * @throws {StytchStartupError} while the application starts: the handler is public
 */
export const EndWithSession = (ends = true): CustomDecorator => SetMetadata(END_WITH_SESSION_KEY, ends);
