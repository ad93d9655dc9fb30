import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Client } from 'stytch';
import { request } from 'undici';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS, STYTCH_CLIENT } from '../stytch.tokens.js';
import { BoundedDispatcher } from './bounded-dispatcher.js';
import { currentCall, type CallRecord } from './call-record.js';
import { classifyFailure } from './classify-failure.js';
import type { StytchAnswer, StytchRefused, StytchUnavailable } from './stytch-answer.js';

/** A session as Stytch's API hands it out. Every field is still to be checked. */
export interface GrantedSession {
  readonly sessionJwt: unknown;
  readonly sessionToken: unknown;
}

/**
 * The calls this package makes itself: each bounded, each answered by a value. Nothing that a
 * failure of the SDK carries (it repeats what was sent) leaves this class.
 */
@Injectable()
export class StytchApi {
  private readonly logger = new Logger('Stytch');

  constructor(
    @Inject(STYTCH_CLIENT) private readonly client: Client,
    private readonly dispatcher: BoundedDispatcher,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** Sends a sign-in link; with `signUp: 'deny'` to addresses Stytch knows only. */
  sendMagicLink(link: {
    email: string;
    callbackUrl: string;
    codeChallenge: string;
    expiresInMinutes: number;
    signUp: 'allow' | 'deny';
  }): Promise<StytchAnswer<unknown>> {
    const email = this.client.magicLinks.email;
    const parameters = {
      email: link.email,
      code_challenge: link.codeChallenge,
      login_magic_link_url: link.callbackUrl,
      signup_magic_link_url: link.callbackUrl,
      login_expiration_minutes: link.expiresInMinutes,
      signup_expiration_minutes: link.expiresInMinutes,
    };
    return this.call('magic_links/email', () =>
      link.signUp === 'allow' ? email.loginOrCreate(parameters) : email.send(parameters),
    );
  }

  /** Exchanges the token of a link for a session. Consumes the token. */
  async authenticateMagicLink(exchange: {
    token: string;
    codeVerifier: string;
    sessionDurationMinutes: number;
  }): Promise<StytchAnswer<GrantedSession>> {
    return grantedSessionOf(
      await this.call('magic_links/authenticate', () =>
        this.client.magicLinks.authenticate({
          token: exchange.token,
          code_verifier: exchange.codeVerifier,
          session_duration_minutes: exchange.sessionDurationMinutes,
        }),
      ),
    );
  }

  /** Asks for a fresh JWT of a session whose JWT has expired. Does not extend the session. */
  async refreshSession(sessionJwt: string): Promise<StytchAnswer<GrantedSession>> {
    return grantedSessionOf(
      await this.call('sessions/authenticate', () =>
        this.client.sessions.authenticate({ session_jwt: sessionJwt }),
      ),
    );
  }

  /** Ends a session at Stytch. */
  revokeSession(session: { sessionId: string } | { sessionToken: string }): Promise<StytchAnswer<unknown>> {
    return this.call('sessions/revoke', () =>
      this.client.sessions.revoke(
        'sessionId' in session ? { session_id: session.sessionId } : { session_token: session.sessionToken },
      ),
    );
  }

  /** The project's signing keys, as published. Public: no credentials are sent. */
  signingKeys(): Promise<StytchAnswer<unknown>> {
    return this.call('sessions/jwks', async () => {
      const { apiUrl, projectId } = this.options;
      const { statusCode, body } = await request(new URL(`/v1/sessions/jwks/${projectId}`, apiUrl), {
        dispatcher: this.dispatcher,
      });
      const answer: unknown = await body.json();
      if (statusCode !== 200) throw asError(answer);
      return answer;
    });
  }

  private async call<Body>(name: string, send: () => Promise<Body>): Promise<StytchAnswer<Body>> {
    const record: CallRecord = {};
    try {
      const body = await currentCall.run(record, send);
      // The SDK takes any JSON under a 200 for success: a captive portal's, an empty object.
      if (isAnswerOfStytch(body)) return { kind: 'ok', body };
      this.logger.warn(`${name}: the answer is none of Stytch's.`);
      return { kind: 'unavailable', reason: 'unreadable' };
    } catch (error) {
      const failure = classifyFailure(error, record);
      this.report(name, failure, record);
      return failure;
    }
  }

  private report(
    name: string,
    failure: StytchRefused | StytchUnavailable,
    { status, fault }: CallRecord,
  ): void {
    if (failure.kind === 'refused') {
      this.logger.debug(
        `${name}: Stytch refused (${failure.errorType || failure.status}, ${failure.requestId})`,
      );
    } else if (failure.reason === 'credentials_refused') {
      this.logger.error(
        `${name}: Stytch refused this application's own credentials. Check projectId, secret and apiUrl.`,
      );
    } else {
      this.logger.warn(`${name}: ${failure.reason} (${fault ?? `status ${status ?? 'none'}`})`);
    }
  }
}

function grantedSessionOf(answer: StytchAnswer<unknown>): StytchAnswer<GrantedSession> {
  if (answer.kind !== 'ok') return answer;
  if (typeof answer.body !== 'object' || answer.body === null)
    return { kind: 'unavailable', reason: 'unreadable' };
  const { session_jwt, session_token } = answer.body as Record<string, unknown>;
  return { kind: 'ok', body: { sessionJwt: session_jwt, sessionToken: session_token } };
}

/** Every answer of Stytch carries the status and the id of the call. */
const isAnswerOfStytch = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'request_id' in body && 'status_code' in body;

function asError(answer: unknown): Error {
  return Object.assign(new Error('Stytch refused.'), typeof answer === 'object' ? answer : {});
}
