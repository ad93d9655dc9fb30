import { Inject, Injectable, Logger } from '@nestjs/common';
import { request } from 'undici';
import { StytchEvents } from '../events/stytch-events.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { BoundedDispatcher } from './bounded-dispatcher.js';
import { Circuit } from './circuit-breaker.js';
import type { StytchAnswer } from './stytch-response.js';
import { StytchCalls } from './stytch-calls.js';
import { StytchLanes } from './client-pool.js';

/** A session as Stytch's API hands it out. Every field is still to be checked. */
export interface GrantedSession {
  readonly sessionJwt: unknown;
  readonly sessionToken: unknown;
}

/** Every call this package makes itself. */
@Injectable()
export class StytchApi {
  private readonly logger = new Logger('Stytch');
  private readonly calls: StytchCalls;
  private readonly circuit: Circuit;

  constructor(
    dispatcher: BoundedDispatcher,
    private readonly events: StytchEvents,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    this.calls = new StytchCalls(new StytchLanes(options, dispatcher), options.http.deadlineMs);
    this.circuit = new Circuit(options.clock, (isOpen) => {
      this.outageChanged(isOpen);
    });
  }

  /** Whether Stytch has proven to be down: calls for sessions are not made, but for a probe. */
  get isDown(): boolean {
    return this.circuit.isOpen;
  }

  /** Sends a sign-in link; with `signUp: 'deny'` to addresses Stytch knows only. */
  sendMagicLink(link: {
    email: string;
    callbackUrl: string;
    codeChallenge: string | undefined;
    expiresInMinutes: number;
    signUp: 'allow' | 'deny';
  }): Promise<StytchAnswer<unknown>> {
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
  }): Promise<StytchAnswer<GrantedSession>> {
    const answer = await this.calls.call({ name: 'magic_links/authenticate' }, ({ client }) =>
      client.magicLinks.authenticate({
        token: exchange.token,
        ...(exchange.codeVerifier !== undefined && { code_verifier: exchange.codeVerifier }),
        session_duration_minutes: exchange.sessionDurationMinutes,
      }),
    );
    return grantedSessionOf(answer);
  }

  /**
   * Asks for a fresh JWT of a session, by its old one or by the opaque token.
   * @param extendToMinutes new length of the session from now; left out, its end stays
   */
  async authenticateSession(
    credential: { sessionJwt: string } | { sessionToken: string },
    extendToMinutes?: number,
  ): Promise<StytchAnswer<GrantedSession>> {
    if (!this.circuit.admits()) return { kind: 'unavailable', reason: 'circuit_open' };
    const answer = await this.calls.call(
      { name: 'sessions/authenticate', isRepeatable: true },
      ({ client }) =>
        client.sessions.authenticate({
          ...('sessionJwt' in credential
            ? { session_jwt: credential.sessionJwt }
            : { session_token: credential.sessionToken }),
          ...(extendToMinutes !== undefined && { session_duration_minutes: extendToMinutes }),
        }),
    );
    if (saysThatStytchIsDown(answer)) this.circuit.failed();
    else this.circuit.succeeded();
    return grantedSessionOf(answer);
  }

  /** The sessions that a user has now. */
  async sessionsOf(userId: string): Promise<StytchAnswer<{ sessionId: string; expiresAt: string }[]>> {
    const answer = await this.calls.call({ name: 'sessions', isRepeatable: true }, ({ client }) =>
      client.sessions.get({ user_id: userId }),
    );
    if (answer.kind !== 'ok') return answer;
    const { sessions } = answer.body as { sessions?: unknown };
    if (!Array.isArray(sessions)) return { kind: 'unavailable', reason: 'unreadable' };
    const listed = sessions.map((session) => {
      const { session_id, expires_at } = (session ?? {}) as Record<string, unknown>;
      return typeof session_id === 'string' && typeof expires_at === 'string'
        ? [{ sessionId: session_id, expiresAt: expires_at }]
        : [];
    });
    return { kind: 'ok', body: listed.flat() };
  }

  /** Ends a session at Stytch. */
  revokeSession(session: { sessionId: string } | { sessionToken: string }): Promise<StytchAnswer<unknown>> {
    return this.calls.call({ name: 'sessions/revoke' }, ({ client }) =>
      client.sessions.revoke(
        'sessionId' in session ? { session_id: session.sessionId } : { session_token: session.sessionToken },
      ),
    );
  }

  /** The project's signing keys, as published. Public: no credentials are sent. */
  signingKeys(): Promise<StytchAnswer<unknown>> {
    return this.calls.call({ name: 'sessions/jwks', isRepeatable: true }, async ({ dispatcher }) => {
      const { apiUrl, projectId } = this.options;
      const { statusCode, body } = await request(new URL(`/v1/sessions/jwks/${projectId}`, apiUrl), {
        dispatcher,
      });
      const answer: unknown = await body.json();
      if (statusCode !== 200) throw asError(answer);
      return answer;
    });
  }

  private outageChanged(hasBegun: boolean): void {
    if (hasBegun) this.logger.error('Stytch does not answer. Expired sessions get a 503 until it does.');
    else this.logger.log('Stytch answers again.');
    this.events.tell({ type: hasBegun ? 'outage_began' : 'outage_ended' });
  }
}

/** A refusal, a limit and an argument about our credentials all prove that somebody is there. */
function saysThatStytchIsDown(answer: StytchAnswer<unknown>): boolean {
  return (
    answer.kind === 'unavailable' && ['unreachable', 'server_error', 'unreadable'].includes(answer.reason)
  );
}

function grantedSessionOf(answer: StytchAnswer<unknown>): StytchAnswer<GrantedSession> {
  if (answer.kind !== 'ok') return answer;
  const { session_jwt, session_token } = answer.body as Record<string, unknown>;
  return { kind: 'ok', body: { sessionJwt: session_jwt, sessionToken: session_token } };
}

function asError(answer: unknown): Error {
  return Object.assign(new Error('Stytch refused.'), typeof answer === 'object' ? answer : {});
}
