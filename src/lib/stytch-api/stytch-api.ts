import { Inject, Injectable, Logger } from '@nestjs/common';
import { request } from 'undici';
import { StytchEvents } from '../events/stytch-events.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { BoundedDispatcher } from './bounded-dispatcher.js';
import { CircuitBreaker } from './circuit-breaker.js';
import type { StytchResponse } from './stytch-response.js';
import { StytchCalls } from './stytch-calls.js';
import { StytchClientPool } from './client-pool.js';

/** A session as Stytch's API hands it out. Every field is still to be checked. */
export interface SessionResponse {
  readonly sessionJwt: unknown;
  readonly sessionToken: unknown;
}

/** Every call this package makes itself. */
@Injectable()
export class StytchApi {
  private readonly logger = new Logger('Stytch');
  private readonly calls: StytchCalls;
  private readonly circuitBreaker: CircuitBreaker;

  constructor(
    dispatcher: BoundedDispatcher,
    private readonly events: StytchEvents,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    this.calls = new StytchCalls(new StytchClientPool(options, dispatcher), options.http.deadlineMs);
    this.circuitBreaker = new CircuitBreaker(options.clock, (isOpen) => {
      this.onOutageChange(isOpen);
    });
  }

  /** Whether Stytch has proven to be down: calls for sessions are not made, but for a probe. */
  get isDown(): boolean {
    return this.circuitBreaker.isOpen;
  }

  /** Sends a sign-in link; with `signUp: 'deny'` to addresses Stytch knows only. */
  sendMagicLink(link: {
    email: string;
    callbackUrl: string;
    codeChallenge: string | undefined;
    expiresInMinutes: number;
    signUp: 'allow' | 'deny';
  }): Promise<StytchResponse<unknown>> {
    const parameters = {
      email: link.email,
      ...(link.codeChallenge !== undefined && { code_challenge: link.codeChallenge }),
      login_magic_link_url: link.callbackUrl,
      signup_magic_link_url: link.callbackUrl,
      login_expiration_minutes: link.expiresInMinutes,
      signup_expiration_minutes: link.expiresInMinutes,
    };
    return this.calls.call({ name: 'magic_links/email' }, ({ client }) =>
      link.signUp === 'allow'
        ? client.magicLinks.email.loginOrCreate(parameters)
        : client.magicLinks.email.send(parameters),
    );
  }

  /** Exchanges the token of a link for a session. Consumes the token, so it is never repeated. */
  async authenticateMagicLink(exchange: {
    token: string;
    codeVerifier: string | undefined;
    sessionDurationMinutes: number;
  }): Promise<StytchResponse<SessionResponse>> {
    const response = await this.calls.call({ name: 'magic_links/authenticate' }, ({ client }) =>
      client.magicLinks.authenticate({
        token: exchange.token,
        ...(exchange.codeVerifier !== undefined && { code_verifier: exchange.codeVerifier }),
        session_duration_minutes: exchange.sessionDurationMinutes,
      }),
    );
    return toSessionResponse(response);
  }

  /**
   * Asks for a fresh JWT of a session, by its old one or by the opaque token.
   * @param extendToMinutes new length of the session from now; left out, its end stays
   */
  async authenticateSession(
    credential: { sessionJwt: string } | { sessionToken: string },
    extendToMinutes?: number,
  ): Promise<StytchResponse<SessionResponse>> {
    if (!this.circuitBreaker.allowsCall()) return { kind: 'unavailable', reason: 'circuit_open' };
    const response = await this.calls.call(
      { name: 'sessions/authenticate', isRetryable: true },
      ({ client }) =>
        client.sessions.authenticate({
          ...('sessionJwt' in credential
            ? { session_jwt: credential.sessionJwt }
            : { session_token: credential.sessionToken }),
          ...(extendToMinutes !== undefined && { session_duration_minutes: extendToMinutes }),
        }),
    );
    if (isOutage(response)) this.circuitBreaker.recordFailure();
    else this.circuitBreaker.recordSuccess();
    return toSessionResponse(response);
  }

  /** The sessions that a user has now. */
  async listSessions(userId: string): Promise<StytchResponse<{ sessionId: string; expiresAt: string }[]>> {
    const response = await this.calls.call({ name: 'sessions', isRetryable: true }, ({ client }) =>
      client.sessions.get({ user_id: userId }),
    );
    if (response.kind !== 'ok') return response;
    const { sessions } = response.body as { sessions?: unknown };
    if (!Array.isArray(sessions)) return { kind: 'unavailable', reason: 'unreadable' };
    const items = sessions.map((session) => {
      const { session_id, expires_at } = (session ?? {}) as Record<string, unknown>;
      return typeof session_id === 'string' && typeof expires_at === 'string'
        ? [{ sessionId: session_id, expiresAt: expires_at }]
        : [];
    });
    return { kind: 'ok', body: items.flat() };
  }

  /** Ends a session at Stytch. */
  revokeSession(session: { sessionId: string } | { sessionToken: string }): Promise<StytchResponse<unknown>> {
    return this.calls.call({ name: 'sessions/revoke' }, ({ client }) =>
      client.sessions.revoke(
        'sessionId' in session ? { session_id: session.sessionId } : { session_token: session.sessionToken },
      ),
    );
  }

  /** The project's signing keys, as published. Public: no credentials are sent. */
  fetchSigningKeys(): Promise<StytchResponse<unknown>> {
    return this.calls.call({ name: 'sessions/jwks', isRetryable: true }, async ({ dispatcher }) => {
      const { apiUrl, projectId } = this.options;
      const { statusCode, body } = await request(new URL(`/v1/sessions/jwks/${projectId}`, apiUrl), {
        dispatcher,
      });
      const response: unknown = await body.json();
      if (statusCode !== 200) throw toError(response);
      return response;
    });
  }

  private onOutageChange(isDown: boolean): void {
    if (isDown) this.logger.error('Stytch does not answer. Expired sessions get a 503 until it does.');
    else this.logger.log('Stytch answers again.');
    this.events.emit({ type: isDown ? 'outage_began' : 'outage_ended' });
  }
}

/** A refusal, a limit and an argument about our credentials all prove that somebody is there. */
function isOutage(response: StytchResponse<unknown>): boolean {
  return (
    response.kind === 'unavailable' && ['unreachable', 'server_error', 'unreadable'].includes(response.reason)
  );
}

function toSessionResponse(response: StytchResponse<unknown>): StytchResponse<SessionResponse> {
  if (response.kind !== 'ok') return response;
  const { session_jwt, session_token } = response.body as Record<string, unknown>;
  return { kind: 'ok', body: { sessionJwt: session_jwt, sessionToken: session_token } };
}

function toError(response: unknown): Error {
  return Object.assign(new Error('Stytch refused.'), typeof response === 'object' ? response : {});
}
