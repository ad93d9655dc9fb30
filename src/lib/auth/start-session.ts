import { Inject, Injectable, Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { SessionCookies } from '../cookies/session-cookies.js';
import { refusalOf, type Refusal } from '../errors/refusal.js';
import { sessionFields } from '../events/session-fields.js';
import { StytchEvents } from '../events/stytch-events.js';
import type { HttpExchange } from '../http/http-exchange.js';
import type { Session } from '../identity/session.js';
import { isSameSubject } from '../identity/subject.js';
import { hideProperties } from '../options/hide-properties.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { SignInDetails } from '../ports/sign-in-details.js';
import type {
  AuthenticatedResult,
  FinishResult,
  RefusedResult,
  UnboundToken,
} from '../ports/sign-in-method.js';
import { DenyList } from '../session/deny/deny-list.js';
import { isOpaqueToken } from '../session/opaque-token.js';
import {
  IssuedSessionReader,
  type IssuedSession,
  type UnusableSession,
} from '../session/refresh/issued-session.js';
import { TokenExchange } from '../session/refresh/token-exchange.js';
import { PresentedSessions } from '../session/revoke/presented-sessions.js';
import { SessionRevocation } from '../session/revoke/session-revocation.js';
import { SessionJwtVerifier } from '../session/verify/session-jwt-verifier.js';
import { applicationClaim, SessionOwnership } from '../session/verify/session-ownership.js';
import { SigningKeys } from '../session/verify/signing-keys.js';
import type { VerifiedJwt } from '../session/verify/verified-jwt.js';
import { readSessionResponse, readVerifiedEmails } from '../stytch-api/session-response.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { IntermediateSessions } from './intermediate-sessions.js';
import {
  readIncompleteSignIn,
  readIntermediateSessionToken,
  type IncompleteSignIn,
} from './read-incomplete-sign-in.js';
import { refused, refusedAsUnavailable } from './refused.js';
import { ShortLivedResults } from './short-lived-results.js';

/** The sign-in was refused, and nobody is signed in. `StytchRefusals` turns it into an exception. */
export interface RefusedSignIn {
  readonly kind: 'refused';
  readonly refusal: Refusal;
  /** The field of the form that is wrong. */
  readonly field?: string;
}

export type StartSessionResult =
  | { readonly kind: 'started'; readonly session: Session }
  /** The person chooses an organization next. */
  | { readonly kind: 'discovered' }
  | RefusedSignIn
  | UnboundToken;

export interface SessionPurpose {
  /** Name of the method, for `onSignIn` and events. */
  readonly method: string;
  /** The session to add a factor to. By default a new session is started. */
  readonly addTo: VerifiedJwt | undefined;
}

/** How a sign-in is completed with something that works once. */
export interface Completion extends SessionPurpose {
  /** What works once, together with what binds it to the browser. Two requests with it share a result. */
  readonly key: readonly string[];
  /** Called before the method. */
  readonly count: () => Promise<RefusedSignIn | undefined>;
  /** Has Stytch authenticate the person. */
  readonly finish: () => Promise<FinishResult | UnboundToken>;
}

/** For how long a second request with the same token gets the same result. */
const sharedResultMs = 5_000;

/** The person proved something, but there is no session yet. */
interface IntermediateResult {
  readonly kind: 'intermediate';
  readonly token: string;
  /** Undefined if the person chooses an organization next. */
  readonly refusal: Refusal | undefined;
}

type AuthenticationResult = IssuedSession | IntermediateResult | RefusedSignIn;

/** Has Stytch authenticate the person, and sets the session cookies. */
@Injectable()
export class StartSession {
  private readonly logger = new Logger('Stytch');
  /**
   * Stytch accepts a token once. A double click sends two requests, and the browser shows the second
   * response only, so requests with the same token and proof share one exchange.
   */
  private readonly results: ShortLivedResults<AuthenticationResult | UnboundToken>;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly keys: SigningKeys,
    private readonly verifier: SessionJwtVerifier,
    private readonly ownership: SessionOwnership,
    private readonly issuedSessions: IssuedSessionReader,
    private readonly tokens: TokenExchange,
    private readonly denyList: DenyList,
    private readonly presented: PresentedSessions,
    private readonly revocation: SessionRevocation,
    private readonly cookies: SessionCookies,
    private readonly intermediateSessions: IntermediateSessions,
    private readonly events: StytchEvents,
  ) {
    this.results = new ShortLivedResults(sharedResultMs, options.clock);
  }

  /** Exchanges what works once for a session. */
  async complete(exchange: HttpExchange, completion: Completion): Promise<StartSessionResult> {
    const result = await this.results.once(
      hash(completion.key),
      () => this.authenticate(exchange, completion),
      ({ kind }) => kind === 'issued' || kind === 'intermediate',
    );
    return result.kind === 'unbound' ? result : this.deliver(exchange, result, completion);
  }

  /** Starts the session of a method that authenticated the person in its first step. */
  async startWith(
    exchange: HttpExchange,
    result: FinishResult,
    purpose: SessionPurpose,
  ): Promise<Exclude<StartSessionResult, UnboundToken>> {
    return this.deliver(exchange, await this.settle(exchange, result, purpose), purpose);
  }

  private async deliver(
    exchange: HttpExchange,
    result: AuthenticationResult,
    purpose: SessionPurpose,
  ): Promise<Exclude<StartSessionResult, UnboundToken>> {
    switch (result.kind) {
      case 'issued':
        return this.deliverSession(exchange, result, purpose);
      case 'intermediate':
        this.intermediateSessions.write(exchange.response, result.token);
        return result.refusal === undefined
          ? { kind: 'discovered' }
          : { kind: 'refused', refusal: result.refusal };
      case 'refused':
        return result;
    }
  }

  /** Sets the cookies. The session that the browser had before is revoked. */
  private async deliverSession(
    exchange: HttpExchange,
    { verified: { session }, cookies }: IssuedSession,
    { addTo }: SessionPurpose,
  ): Promise<Exclude<StartSessionResult, UnboundToken>> {
    // The person signed out between two requests with the same token.
    if (this.denyList.isDenied(session)) return refused('link_used_or_expired');
    // A completed sign-in is always a new session: session fixation has no effect.
    if (addTo === undefined)
      await this.presented.revoke(exchange, { reason: 'replaced', except: session.sessionId });
    this.cookies.replace(exchange.response, cookies);
    this.intermediateSessions.clear(exchange);
    return { kind: 'started', session };
  }

  private async authenticate(
    exchange: HttpExchange,
    completion: Completion,
  ): Promise<AuthenticationResult | UnboundToken> {
    const exceeded = await completion.count();
    if (exceeded !== undefined) return exceeded;
    // Stytch accepts a token once, so not before its response can be verified.
    if (!(await this.hasKeys())) return refused('stytch_unavailable');
    if (!(await this.verifier.ensureTrustedClock())) return refused('clock_skew');
    const result = await completion.finish();
    return result.kind === 'unbound' ? result : this.settle(exchange, result, completion);
  }

  private async settle(
    exchange: HttpExchange,
    result: FinishResult,
    purpose: SessionPurpose,
  ): Promise<AuthenticationResult> {
    switch (result.kind) {
      case 'ok': {
        const incomplete = readIncompleteSignIn(result.body);
        return incomplete === undefined ? this.accept(exchange, result, purpose) : this.require(incomplete);
      }
      case 'discovered':
        return this.intermediate(readIntermediateSessionToken(result.body));
      case 'refused':
        return this.refuse(result);
      case 'unavailable':
        return refusedAsUnavailable(result);
    }
  }

  /** Nobody is signed in without what is missing. */
  private require({ intermediateSessionToken, primaryRequired }: IncompleteSignIn): AuthenticationResult {
    const refusal =
      primaryRequired === undefined
        ? refusalOf('second_factor_required')
        : { ...refusalOf('primary_factor_required'), primaryRequired };
    return this.intermediate(intermediateSessionToken, refusal);
  }

  private intermediate(token: unknown, refusal?: Refusal): AuthenticationResult {
    if (isOpaqueToken(token)) return { kind: 'intermediate', token, refusal };
    this.logger.error('Stytch responded to a sign-in without an intermediate session token.');
    return refused('stytch_unavailable');
  }

  /** The refusal of a step. If Stytch started a session nevertheless, it is revoked. */
  private async refuse(result: RefusedResult): Promise<RefusedSignIn> {
    await this.revokeUnused(readSessionResponse(result.body).sessionToken);
    const { code, field, message } = result;
    const refusal = refusalOf(code);
    return {
      kind: 'refused',
      refusal: message === undefined ? refusal : { ...refusal, message },
      ...(field !== undefined && { field }),
    };
  }

  private async accept(
    exchange: HttpExchange,
    result: AuthenticatedResult,
    purpose: SessionPurpose,
  ): Promise<AuthenticationResult> {
    const response = readSessionResponse(result.body);
    const issued = await this.issuedSessions.read(response);
    if (issued.kind === 'unusable') return this.discard(issued, response.sessionToken);
    const { session } = issued.verified;
    if (!this.ownership.isAccepted(session)) return this.discardNotOwn(session, response.sessionToken);
    return purpose.addTo === undefined
      ? this.acceptNewSession(exchange, issued, purpose.method, result)
      : this.acceptAddedFactor(exchange, issued, purpose.method, purpose.addTo);
  }

  private async acceptNewSession(
    exchange: HttpExchange,
    issued: IssuedSession,
    method: string,
    { body, details }: AuthenticatedResult,
  ): Promise<AuthenticationResult> {
    const { session } = issued.verified;
    const verifiedEmails = readVerifiedEmails(body);
    const signIn = hideProperties({ method, verifiedEmails, ...details }, 'providerValues');
    if (!(await this.isAllowed(exchange, session, signIn))) return refused('sign_in_refused');
    this.tokens.cacheSession(issued);
    this.events.emit({ type: 'signed_in', method, ...sessionFields(session) }, exchange);
    return issued;
  }

  /** Stytch starts a new session if the one it was given has ended, or belongs to somebody else. */
  private async acceptAddedFactor(
    exchange: HttpExchange,
    issued: IssuedSession,
    method: string,
    expected: VerifiedJwt,
  ): Promise<AuthenticationResult> {
    const { session, subject } = issued.verified;
    const isSame =
      session.sessionId === expected.session.sessionId && isSameSubject(subject, expected.subject);
    if (!isSame) {
      await this.revocation.revoke(session, { reason: 'factor_not_added', source: exchange });
      return refused('factor_not_added');
    }
    this.tokens.cacheSession(issued);
    this.events.emit({ type: 'factor_added', method, ...sessionFields(session) }, exchange);
    return issued;
  }

  private async hasKeys(): Promise<boolean> {
    if (!this.keys.areAvailable) await this.keys.refetch();
    return this.keys.areAvailable;
  }

  private async discard({ reason }: UnusableSession, sessionToken: unknown) {
    if (reason === 'invalid') {
      this.logger.error('Stytch responded to a sign-in with an invalid session JWT. It was discarded.');
    }
    await this.revokeUnused(sessionToken);
    return refused(reason === 'clock_skew' ? 'clock_skew' : 'stytch_unavailable');
  }

  /** The session of a sign-in that does not name this application. */
  private async discardNotOwn({ impersonator }: Session, sessionToken: unknown) {
    await this.revokeUnused(sessionToken);
    // The operation that starts an impersonation takes no custom claims.
    if (impersonator !== undefined) return refused('impersonation_refused');
    this.logger.error(
      `Stytch responded to a sign-in with a session JWT without the claim ${applicationClaim}, which session.accept: 'own' requires. Don't set that claim in the project's JWT template.`,
    );
    return refused('stytch_unavailable');
  }

  /** No browser gets the session's cookies, so no sign-out would revoke it. */
  private async revokeUnused(sessionToken: unknown): Promise<void> {
    if (isOpaqueToken(sessionToken)) await this.revocation.revokeToken(sessionToken);
  }

  /** Calls `onSignIn`. Unless it accepts, the session is revoked. */
  private async isAllowed(exchange: HttpExchange, session: Session, signIn: SignInDetails): Promise<boolean> {
    let isAllowed = false;
    try {
      const decision: unknown = await this.options.onSignIn(session, signIn);
      isAllowed = decision === true || decision === undefined;
      if (!isAllowed && decision !== false) {
        this.logger.error(
          'onSignIn returned something other than true, false or undefined, so the sign-in was refused.',
        );
      }
      return isAllowed;
    } finally {
      if (!isAllowed)
        await this.revocation.revoke(session, { reason: 'refused_by_application', source: exchange });
    }
  }
}

/** Tokens and codes are not kept in memory longer than they have to be. */
const hash = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
