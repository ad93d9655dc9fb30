import { Inject, Injectable } from '@nestjs/common';
import { request } from 'undici';
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
    if (!this.circuitBreaker.allowsCall()) return { kind: 'unavailable', reason: 'circuit_open' };
    const response = await this.calls.call(
      { name: 'sessions/authenticate', isRetryable: true },
      ({ client }) =>
        client.sessions.authenticate({
          ...(credential.kind === 'jwt'
            ? { session_jwt: credential.jwt }
            : { session_token: credential.token }),
          ...(durationMinutes !== undefined && { session_duration_minutes: durationMinutes }),
        }),
    );
    if (isOutage(response)) this.circuitBreaker.recordFailure();
    else this.circuitBreaker.recordSuccess();
    return toSessionResponse(response);
  }

  override async list({ id }: Subject): Promise<StytchResponse<readonly ListedSession[]>> {
    const response = await this.calls.call({ name: 'sessions', isRetryable: true }, ({ client }) =>
      client.sessions.get({ user_id: id }),
    );
    if (response.kind !== 'ok') return response;
    const { sessions } = response.body as { sessions?: unknown };
    if (!Array.isArray(sessions)) return { kind: 'unavailable', reason: 'unreadable' };
    return { kind: 'ok', body: sessions.flatMap(readListedSession) };
  }

  override revoke(session: RevocableSession): Promise<StytchResponse<unknown>> {
    return this.calls.call({ name: 'sessions/revoke' }, ({ client }) =>
      client.sessions.revoke(
        session.kind === 'id' ? { session_id: session.sessionId } : { session_token: session.token },
      ),
    );
  }

  override fetchSigningKeys(): Promise<StytchResponse<unknown>> {
    return this.calls.call({ name: 'sessions/jwks', isRetryable: true }, async ({ dispatcher }) => {
      const { apiUrl, projectId } = this.options;
      const url = new URL(`/v1/sessions/jwks/${projectId}`, apiUrl);
      const { statusCode, body } = await request(url, { dispatcher });
      const response: unknown = await body.json();
      if (statusCode !== 200) throw toError(response);
      return response;
    });
  }
}

/** A 4xx response proves that the API is reachable. */
function isOutage(response: StytchResponse<unknown>): boolean {
  return (
    response.kind === 'unavailable' && ['unreachable', 'server_error', 'unreadable'].includes(response.reason)
  );
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
