import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { httpExchangeOf, type HttpExchange } from '../cookies/http-exchange.js';
import { SessionCookies } from '../cookies/session-cookies.js';
import { refusalOf } from '../errors/refusal.js';
import { RefusalAnswers } from '../answers/refusal-answers.js';
import { StytchRefusalException } from '../errors/stytch-refusal.exception.js';
import { RequestAuthenticator } from '../session/request-authenticator.js';
import { refusalFor, type SessionOutcome, type SignedIn } from '../session/session-outcome.js';
import { AccessRequirements } from './access-requirements.js';
import { attachSession } from './attached-session.js';

/** How long a page that works without a session waits to learn of one. */
const optionalWaitsMs = 500;

/**
 * Decides whether a request reaches its handler. Bound to the whole application by
 * `StytchModule`, unless `guard: false`; then bind it yourself with `@UseGuards(SessionGuard)` or
 * `{ provide: APP_GUARD, useExisting: SessionGuard }`. Tests replace it with
 * `overrideProvider(SessionGuard)`.
 *
 * @throws {StytchRefusalException} 401 known to be no session; 503 cannot be told; 403 a protected
 * handler in a context without an HTTP request
 */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(
    private readonly requirements: AccessRequirements,
    private readonly authenticator: RequestAuthenticator,
    private readonly cookies: SessionCookies,
    private readonly refusals: RefusalAnswers,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const access = this.requirements.of(context);
    if (access === 'public') return true;

    const exchange = httpExchangeOf(context);
    if (exchange === undefined) {
      if (access === 'optional') return true;
      throw new StytchRefusalException(refusalOf('context_not_supported'));
    }
    return access === 'optional' ? this.welcome(exchange) : this.admit(exchange);
  }

  /** A protected handler: only with a session. */
  private admit(exchange: HttpExchange): boolean | Promise<boolean> {
    const outcome = this.authenticator.authenticate(exchange.request);
    return outcome instanceof Promise
      ? outcome.then((settled) => this.decide(settled, exchange))
      : this.decide(outcome, exchange);
  }

  private decide(outcome: SessionOutcome, exchange: HttpExchange): true {
    if (outcome.kind === 'signed_in') return this.attach(exchange, outcome);
    if (outcome.kind === 'signed_out' && outcome.cookiesAreDead) this.cookies.clear(exchange.response);
    throw this.refusals.toThrow(refusalFor(outcome), exchange);
  }

  /** A handler for everybody: with a session where one is known soon, and without on any doubt. */
  private welcome(exchange: HttpExchange): true | Promise<true> {
    const outcome = this.authenticator.authenticate(exchange.request);
    return outcome instanceof Promise
      ? soon(outcome).then((settled) => this.attachIfKnown(exchange, settled))
      : this.attachIfKnown(exchange, outcome);
  }

  private attachIfKnown(exchange: HttpExchange, outcome: SessionOutcome | undefined): true {
    return outcome?.kind === 'signed_in' ? this.attach(exchange, outcome) : true;
  }

  private attach({ request, response }: HttpExchange, outcome: SignedIn): true {
    attachSession(request, outcome.verified.session);
    if (outcome.renewed !== undefined) this.cookies.write(response, outcome.renewed);
    return true;
  }
}

/** The outcome if it comes in time. */
async function soon(outcome: Promise<SessionOutcome>): Promise<SessionOutcome | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, optionalWaitsMs, undefined);
  });
  return Promise.race([outcome, enough]).finally(() => {
    clearTimeout(timer);
  });
}
