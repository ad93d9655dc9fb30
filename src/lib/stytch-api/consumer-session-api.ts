import { Inject, Injectable } from '@nestjs/common';
import type { Dispatcher } from 'undici';
import type { Subject } from '../identity/subject.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import {
  SessionApi,
  type ListedSession,
  type RevocableSession,
  type SessionCredential,
  type SessionResponse,
} from '../ports/session-api.js';
import type { StytchResponse } from '../ports/stytch-response.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { toSessionResponse } from './session-response.js';
import { StytchCalls } from './stytch-calls.js';

/** A person may have thousands of sessions, each with about 1 KB. The API lists them on one page. */
const maxListBytes = 16 * 1024 * 1024;

/** The session calls of a consumer project. */
@Injectable()
export class ConsumerSessionApi extends SessionApi {
  constructor(
    private readonly calls: StytchCalls,
    private readonly circuitBreaker: CircuitBreaker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    super();
  }

  override get isDown(): boolean {
    return this.circuitBreaker.isOpen;
  }

  override async authenticate(
    credential: SessionCredential,
    durationMinutes?: number,
  ): Promise<StytchResponse<SessionResponse>> {
    const { circuitBreaker } = this;
    const response = await this.calls.call(
      { name: 'sessions/authenticate', kind: 'refresh', isRetryable: true, circuitBreaker },
      ({ client }) =>
        client.sessions.authenticate({
          ...(credential.kind === 'jwt'
            ? { session_jwt: credential.jwt }
            : { session_token: credential.token }),
          ...(durationMinutes !== undefined && { session_duration_minutes: durationMinutes }),
        }),
    );
    return toSessionResponse(response);
  }

  override async list({ id }: Subject): Promise<StytchResponse<readonly ListedSession[]>> {
    const response = await this.calls.call(
      { name: 'sessions', kind: 'revocation', isRetryable: true, maxBodyBytes: maxListBytes },
      ({ client }) => client.sessions.get({ user_id: id }),
    );
    if (response.kind !== 'ok') return response;
    const { sessions } = response.body as { sessions?: unknown };
    if (!Array.isArray(sessions)) return { kind: 'unavailable', reason: 'unreadable' };
    return { kind: 'ok', body: sessions.flatMap(readListedSession) };
  }

  override revoke(session: RevocableSession): Promise<StytchResponse<unknown>> {
    return this.calls.call({ name: 'sessions/revoke', kind: 'revocation' }, ({ client }) =>
      client.sessions.revoke(
        session.kind === 'id' ? { session_id: session.sessionId } : { session_token: session.token },
      ),
    );
  }

  override fetchSigningKeys(): Promise<StytchResponse<unknown>> {
    const settings = { name: 'sessions/jwks', kind: 'keys', isRetryable: true } as const;
    return this.calls.call(settings, async ({ dispatcher }) => {
      const { apiUrl, projectId } = this.options;
      const url = new URL(`/v1/sessions/jwks/${projectId}`, apiUrl);
      // Not at startup: see LazyAgent.
      const { request } = await import('undici');
      const { statusCode, body } = await request(url, { dispatcher: dispatcher as Dispatcher });
      const response: unknown = await body.json();
      if (statusCode !== 200) throw toError(response);
      return response;
    });
  }
}

function readListedSession(session: unknown): ListedSession[] {
  const { session_id, expires_at } = (session ?? {}) as Record<string, unknown>;
  return typeof session_id === 'string' && typeof expires_at === 'string'
    ? [{ sessionId: session_id, expiresAt: expires_at }]
    : [];
}

/** An error with the fields of the SDK's StytchError. */
function toError(response: unknown): Error {
  return Object.assign(
    new Error('Stytch rejected the request.'),
    typeof response === 'object' ? response : {},
  );
}
