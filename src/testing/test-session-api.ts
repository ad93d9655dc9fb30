import type { Session } from '../lib/index.js';
import {
  SessionApi,
  sessionClaim,
  subjectOf,
  type ListedSession,
  type RevocableSession,
  type SessionCredential,
  type SessionResponse,
  type StytchResponse,
} from '../lib/internal.js';
import type { TestTokens } from './test-tokens.js';

const notFound = {
  kind: 'rejected',
  status: 404,
  errorType: 'session_not_found',
  requestId: 'request-id-test-sessions',
} as const;

/** Takes the place of Stytch: knows the sessions of the test, refreshes them and revokes them. */
export class TestSessionApi extends SessionApi {
  override readonly isDown = false;
  readonly #sessions = new Map<string, Session>();

  constructor(readonly tokens: TestTokens) {
    super();
  }

  /** Returns a JWT of the session. */
  start(session: Session): string {
    const jwt = this.tokens.sessionJwt(session);
    this.#sessions.set(session.sessionId, session);
    return jwt;
  }

  /** There are no opaque tokens, and the end of a session does not move. */
  override async authenticate(credential: SessionCredential): Promise<StytchResponse<SessionResponse>> {
    const session = credential.kind === 'jwt' ? this.#sessions.get(sessionIdOf(credential.jwt)) : undefined;
    if (session === undefined) return Promise.resolve(notFound);
    return ok({ sessionJwt: this.tokens.sessionJwt(session), sessionToken: '' });
  }

  override async list({ id }: { readonly id: string }): Promise<StytchResponse<readonly ListedSession[]>> {
    return ok([...this.#sessions.values()].filter((session) => subjectOf(session).id === id));
  }

  override async revoke(session: RevocableSession): Promise<StytchResponse<unknown>> {
    if (session.kind === 'id') this.#sessions.delete(session.sessionId);
    return ok({});
  }

  /** Each session is revoked by its id. */
  override revokeAll(): undefined {
    return undefined;
  }

  override async fetchSigningKeys(): Promise<StytchResponse<unknown>> {
    return ok(this.tokens.publishedKeys);
  }
}

const ok = async <Body>(body: Body) => Promise.resolve({ kind: 'ok', body } as const);

/** The application has verified the JWT before. */
function sessionIdOf(jwt: string): string {
  const payload = Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString();
  const claims = JSON.parse(payload) as Record<string, { readonly id?: string } | undefined>;
  return claims[sessionClaim]?.id ?? '';
}
