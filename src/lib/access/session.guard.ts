import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { httpExchangeOf, type HttpExchange } from '../http/http-exchange.js';
import { isCrossSiteRequest } from '../http/cross-site.js';
import { SessionCookies } from '../cookies/session-cookies.js';
import { refusalOf } from '../errors/refusal.js';
import { Refusals } from '../http/refusals.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { RequestAuthenticator } from '../session/authenticate-request.js';
import { refusalForResult, type SessionResult, type SignedIn } from '../session/session-result.js';
import { AccessRequirements, type AccessRequirement } from './access-requirements.js';
import { preventSharedCaching } from '../http/prevent-shared-caching.js';
import { attachSession } from './attached-session.js';
import { TransportExceptions } from './transport-exceptions.js';

/** How long a page that works without a session waits to learn of one. */
const optionalWaitsMs = 500;

/**
 * Calls that this guard has let pass. A protected handler meets the guard twice, bound globally and by
 * `@Protected()`, and Nest hands both the same context. Never keyed by request or socket: one request
 * may run several handlers.
 */
const passed = new WeakSet<ExecutionContext>();

/**
 * Decides whether a request reaches its handler. `StytchModule` binds it to the whole application,
 * unless `guard: false`; then bind it with `{ provide: APP_GUARD, useExisting: SessionGuard }` to
 * decide its order. `@Protected()` works either way. Tests replace it with
 * `overrideProvider(SessionGuard)`.
 *
 * @throws {StytchRefusalException} 401: there is no session. 503: we can't tell right now. 403: a page
 * of another site sent a request that changes something, or the handler was not called over HTTP
 */
@Injectable()
export class SessionGuard implements CanActivate {
  /** @internal Created by Nest. */
  constructor(
    private readonly requirements: AccessRequirements,
    private readonly authenticator: RequestAuthenticator,
    private readonly cookies: SessionCookies,
    private readonly refusals: Refusals,
    private readonly exceptions: TransportExceptions,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const requirement = this.requirements.of(context);
    if (requirement.access === 'public' || passed.has(context)) return true;
    const result = this.decide(context, requirement);
    if (!(result instanceof Promise)) return pass(context);
    return result.then(() => pass(context));
  }

  /** @returns once the handler may run; throws otherwise */
  private decide(context: ExecutionContext, requirement: AccessRequirement): true | Promise<true> {
    const exchange = httpExchangeOf(context);
    if (exchange !== undefined) {
      preventSharedCaching(exchange.headers);
      return requirement.access === 'optional'
        ? this.authenticateOptional(exchange, requirement)
        : this.authenticateRequired(exchange, requirement);
    }
    if (requirement.access === 'optional') return true;
    throw this.exceptions.create(context.getType(), refusalOf('context_not_supported'));
  }

  /** A protected handler: only with a session. */
  private authenticateRequired(exchange: HttpExchange, requirement: AccessRequirement): true | Promise<true> {
    const outcome = this.authenticator.authenticate(exchange.request);
    return outcome instanceof Promise
      ? outcome.then((settled) => this.admitOrRefuse(settled, exchange, requirement))
      : this.admitOrRefuse(outcome, exchange, requirement);
  }

  private admitOrRefuse(
    outcome: SessionResult,
    exchange: HttpExchange,
    requirement: AccessRequirement,
  ): true {
    if (outcome.kind === 'signed_in') {
      if (this.isCrossSiteRequest(exchange, requirement)) {
        throw this.refusals.toException(refusalOf('cross_site_refused'), exchange);
      }
      return this.attach(exchange, outcome);
    }
    if (outcome.kind === 'signed_out' && outcome.shouldClearCookies) this.cookies.clear(exchange.response);
    throw this.refusals.toException(refusalForResult(outcome), exchange);
  }

  /** A handler for everybody: with a session where one is known soon, and without on any doubt. */
  private authenticateOptional(exchange: HttpExchange, requirement: AccessRequirement): true | Promise<true> {
    if (this.isCrossSiteRequest(exchange, requirement)) return true;
    const outcome = this.authenticator.authenticate(exchange.request);
    return outcome instanceof Promise
      ? withTimeout(outcome).then((settled) => this.attachIfKnown(exchange, settled))
      : this.attachIfKnown(exchange, outcome);
  }

  /** The cookies came along, but a page of another site sent the request. */
  private isCrossSiteRequest({ request }: HttpExchange, { allowsCrossSite }: AccessRequirement): boolean {
    return !allowsCrossSite && isCrossSiteRequest(request, this.options);
  }

  private attachIfKnown(exchange: HttpExchange, outcome: SessionResult | undefined): true {
    return outcome?.kind === 'signed_in' ? this.attach(exchange, outcome) : true;
  }

  private attach({ request, response }: HttpExchange, outcome: SignedIn): true {
    attachSession(request, outcome.verified.session);
    if (outcome.renewed !== undefined) this.cookies.write(response, outcome.renewed);
    return true;
  }
}

function pass(context: ExecutionContext): true {
  passed.add(context);
  return true;
}

/** The outcome if it comes in time. */
async function withTimeout(outcome: Promise<SessionResult>): Promise<SessionResult | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, optionalWaitsMs, undefined);
  });
  return Promise.race([outcome, enough]).finally(() => {
    clearTimeout(timer);
  });
}
