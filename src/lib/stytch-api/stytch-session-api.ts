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

/** The operation whose parameters are the same for both products. */
interface SessionsClient {
  readonly sessions: {
    authenticate(parameters: {
      session_jwt?: string;
      session_token?: string;
      session_duration_minutes?: number;
    }): Promise<unknown>;
  };
}

/** What the products name differently. */
export interface SessionWireFormat {
  /** Path of the key sets, by project ID. */
  readonly keySetPath: string;
  /** The field of the response that lists sessions, and the one with the id of each. */
  readonly list: string;
  readonly id: string;
}

/** The session calls of both products, with what differs between them. */
@Injectable()
export abstract class StytchSessionApi<SdkClient extends SessionsClient = SessionsClient> extends SessionApi {
  protected abstract readonly wireFormat: SessionWireFormat;

  constructor(
    private readonly calls: StytchCalls<SdkClient>,
    private readonly circuitBreaker: CircuitBreaker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    super();
  }

  protected abstract sendList(client: SdkClient, subject: Subject): Promise<unknown>;
  protected abstract sendRevocation(client: SdkClient, session: RevocableSession): Promise<unknown>;

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

  override async list(subject: Subject): Promise<StytchResponse<readonly ListedSession[]>> {
    const response = await this.calls.call(
      { name: 'sessions', kind: 'revocation', isRetryable: true, maxBodyBytes: maxListBytes },
      ({ client }) => this.sendList(client, subject),
    );
    if (response.kind !== 'ok') return response;
    const sessions = (response.body as Record<string, unknown>)[this.wireFormat.list];
    if (!Array.isArray(sessions)) return { kind: 'unavailable', reason: 'unreadable' };
    return { kind: 'ok', body: sessions.flatMap((session) => this.readListedSession(session)) };
  }

  override revoke(session: RevocableSession): Promise<StytchResponse<unknown>> {
    return this.callRevoke((client) => this.sendRevocation(client, session));
  }

  protected callRevoke(send: (client: SdkClient) => Promise<unknown>): Promise<StytchResponse<unknown>> {
    return this.calls.call({ name: 'sessions/revoke', kind: 'revocation' }, ({ client }) => send(client));
  }

  override fetchSigningKeys(): Promise<StytchResponse<unknown>> {
    const settings = { name: 'sessions/jwks', kind: 'keys', isRetryable: true } as const;
    return this.calls.call(settings, async ({ dispatcher }) => {
      const { apiUrl, projectId } = this.options;
      const url = new URL(`${this.wireFormat.keySetPath}/${projectId}`, apiUrl);
      // Not at startup: see LazyAgent.
      const { request } = await import('undici');
      const { statusCode, body } = await request(url, { dispatcher: dispatcher as Dispatcher });
      const response: unknown = await body.json();
      if (statusCode !== 200) throw toError(response);
      return response;
    });
  }

  private readListedSession(session: unknown): ListedSession[] {
    const { [this.wireFormat.id]: sessionId, expires_at: expiresAt } = (session ?? {}) as Record<
      string,
      unknown
    >;
    return typeof sessionId === 'string' && typeof expiresAt === 'string' ? [{ sessionId, expiresAt }] : [];
  }
}

/** An error with the fields of the SDK's StytchError. */
function toError(response: unknown): Error {
  return Object.assign(
    new Error('Stytch rejected the request.'),
    typeof response === 'object' ? response : {},
  );
}
