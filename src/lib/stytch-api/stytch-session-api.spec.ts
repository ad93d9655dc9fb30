import { MockAgent } from 'undici';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { SessionResponse } from '../ports/session-api.js';
import type { StytchResponse } from '../ports/stytch-response.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { PooledClient } from './client-pool.js';
import { MemberSessionApi } from '../../b2b/member-session-api.js';
import type { Subject } from '../identity/subject.js';
import { ConsumerSessionApi } from './consumer-session-api.js';
import type { CallSettings, StytchCalls } from './stytch-calls.js';

const apiUrl = 'http://stytch.example.com';
const projectId = 'project-test-1';

/** What the products name differently. */
const products = [
  {
    Api: ConsumerSessionApi,
    subject: { kind: 'user', id: 'user-test-1' } as Subject,
    list: 'sessions',
    id: 'session_id',
    query: { user_id: 'user-test-1' },
    keySetPath: `/v1/sessions/jwks/${projectId}`,
  },
  {
    Api: MemberSessionApi,
    subject: { kind: 'member', id: 'member-test-1', organizationId: 'organization-test-1' } as Subject,
    list: 'member_sessions',
    id: 'member_session_id',
    query: { organization_id: 'organization-test-1', member_id: 'member-test-1' },
    keySetPath: `/v1/b2b/sessions/jwks/${projectId}`,
  },
];
type Product = (typeof products)[number];

interface Setup {
  Api?: Product['Api'];
  /** The result of the call; by default what the SDK returns. */
  response?: StytchResponse<unknown>;
  /** What the SDK returns. */
  body?: unknown;
  isOpen?: boolean;
}

/** The API with an SDK, calls and a circuit breaker that record what is requested of them. */
function setUp({ Api = ConsumerSessionApi, response, body, isOpen = false }: Setup = {}) {
  const settings: CallSettings[] = [];
  const requests: [operation: string, parameters: unknown][] = [];
  const dispatcher = new MockAgent();
  dispatcher.disableNetConnect();

  const operation = (name: string) => async (parameters: unknown) => {
    requests.push([name, parameters]);
    return body;
  };
  const client = {
    sessions: {
      authenticate: operation('authenticate'),
      get: operation('get'),
      revoke: operation('revoke'),
    },
  };
  const calls = {
    call: async (of: CallSettings, send: (pooled: PooledClient<never>) => Promise<unknown>) => {
      settings.push(of);
      const sent = await send({ client, dispatcher } as unknown as PooledClient<never>);
      return response ?? { kind: 'ok', body: sent };
    },
  } as unknown as StytchCalls<never>;
  const circuitBreaker = { isOpen } as unknown as CircuitBreaker;
  const api = new Api(calls, circuitBreaker, { apiUrl, projectId } as ResolvedOptions);
  return { api, settings, requests, circuitBreaker, stytch: dispatcher.get(apiUrl), dispatcher };
}

describe('authenticate', () => {
  it('sends a JWT, and returns the credentials of the session only', async () => {
    const { api, settings, requests, circuitBreaker } = setUp({
      body: { session_jwt: 'new-jwt', session_token: 'new-token', user: { emails: [] }, status_code: 200 },
    });

    expect(await api.authenticate({ kind: 'jwt', jwt: 'jwt' })).toEqual<StytchResponse<SessionResponse>>({
      kind: 'ok',
      body: { sessionJwt: 'new-jwt', sessionToken: 'new-token' },
    });
    expect(requests).toEqual([['authenticate', { session_jwt: 'jwt' }]]);
    expect(settings).toEqual([
      { name: 'sessions/authenticate', kind: 'refresh', isRetryable: true, circuitBreaker },
    ]);
  });

  it('sends an opaque token and the duration of the session', async () => {
    const { api, requests } = setUp({ body: {} });
    await api.authenticate({ kind: 'token', token: 'token' }, 90);

    expect(requests).toEqual([['authenticate', { session_token: 'token', session_duration_minutes: 90 }]]);
  });

  it('returns a rejection unchanged', async () => {
    const response = {
      kind: 'rejected',
      status: 404,
      errorType: 'session_not_found',
      requestId: 'request-id-test-1',
    } as const;

    expect(await setUp({ response }).api.authenticate({ kind: 'jwt', jwt: 'jwt' })).toEqual(response);
  });
});

describe.each(products)('$Api.name.list', ({ Api, subject, list, id, query }) => {
  it('returns the id and the expiry of each session of the person', async () => {
    const { api, settings, requests } = setUp({
      Api,
      body: {
        [list]: [
          { [id]: 'session-1', expires_at: '2027-01-15T09:00:00Z', roles: [] },
          { [id]: 'session-2', expires_at: '2027-01-15T10:00:00Z', roles: [] },
        ],
      },
    });

    expect(await api.list(subject)).toEqual({
      kind: 'ok',
      body: [
        { sessionId: 'session-1', expiresAt: '2027-01-15T09:00:00Z' },
        { sessionId: 'session-2', expiresAt: '2027-01-15T10:00:00Z' },
      ],
    });
    expect(requests).toEqual([['get', query]]);
    expect(settings).toEqual([
      { name: 'sessions', kind: 'revocation', isRetryable: true, maxBodyBytes: 16 * 1024 * 1024 },
    ]);
  });

  it('leaves out malformed sessions', async () => {
    const { api } = setUp({
      Api,
      body: {
        [list]: [
          null,
          'session-1',
          {},
          { [id]: 1, expires_at: '2027-01-15T09:00:00Z' },
          { [id]: 'session-2' },
          { [id]: 'session-3', expires_at: '2027-01-15T09:00:00Z' },
        ],
      },
    });

    expect(await api.list(subject)).toEqual({
      kind: 'ok',
      body: [{ sessionId: 'session-3', expiresAt: '2027-01-15T09:00:00Z' }],
    });
  });

  it.each([{}, { [list]: null }, { [list]: { length: 0 } }])(
    'returns unreadable for the body %j, which has no list of sessions',
    async (body) => {
      expect(await setUp({ Api, body }).api.list(subject)).toEqual({
        kind: 'unavailable',
        reason: 'unreadable',
      });
    },
  );

  it('returns a failure unchanged', async () => {
    const response = { kind: 'unavailable', reason: 'server_error' } as const;
    const { api } = setUp({ Api, response });

    expect(await api.list(subject)).toEqual(response);
  });
});

describe.each(products)('$Api.name.revoke', ({ Api, id }) => {
  it('revokes a session by its id, without a retry', async () => {
    const { api, settings, requests } = setUp({ Api, body: { status_code: 200 } });

    expect(await api.revoke({ kind: 'id', sessionId: 'session-1' })).toEqual({
      kind: 'ok',
      body: { status_code: 200 },
    });
    expect(requests).toEqual([['revoke', { [id]: 'session-1' }]]);
    expect(settings).toEqual([{ name: 'sessions/revoke', kind: 'revocation' }]);
  });

  it('revokes a session by its opaque token', async () => {
    const { api, requests } = setUp({ Api });
    await api.revoke({ kind: 'token', token: 'token' });

    expect(requests).toEqual([['revoke', { session_token: 'token' }]]);
  });
});

describe('revokeAll', () => {
  it('revokes all sessions of a member in one call, and has no operation for those of a user', async () => {
    const [users, members] = products.map(({ Api, subject }) => {
      const { api, settings, requests } = setUp({ Api, body: { status_code: 200 } });
      return { result: api.revokeAll(subject), settings, requests };
    });

    expect([users?.result, users?.requests]).toEqual([undefined, []]);
    expect(await members?.result).toEqual({ kind: 'ok', body: { status_code: 200 } });
    expect(members?.requests).toEqual([['revoke', { member_id: 'member-test-1' }]]);
    expect(members?.settings).toEqual([{ name: 'sessions/revoke', kind: 'revocation' }]);
  });
});

describe.each(products)('$Api.name.fetchSigningKeys', ({ Api, keySetPath: path }) => {
  it("returns the body of the project's JWK set, requested without credentials", async () => {
    const { api, settings, stytch, dispatcher } = setUp({ Api });
    const body = { keys: [], request_id: 'request-id-test-1', status_code: 200 };
    let headers: unknown;
    stytch.intercept({ path, method: 'GET' }).reply(200, (request) => {
      headers = request.headers;
      return body;
    });

    expect(await api.fetchSigningKeys()).toEqual({ kind: 'ok', body });
    expect(Object.keys(headers ?? {})).not.toContain('authorization');
    expect(settings).toEqual([{ name: 'sessions/jwks', kind: 'keys', isRetryable: true }]);
    await dispatcher.close();
  });

  it.each<[string, number, unknown, object]>([
    [
      'has the fields of the response',
      404,
      { status_code: 404, error_type: 'project_not_found' },
      { status_code: 404, error_type: 'project_not_found' },
    ],
    ['has no more fields for a response that is no object', 502, 'bad gateway', {}],
    ['has no more fields for the response null', 500, null, {}],
  ])('throws an error within the call that %s', async (_, status, body, fields) => {
    const { api, stytch, dispatcher } = setUp({ Api });
    stytch.intercept({ path, method: 'GET' }).reply(status, JSON.stringify(body));
    const error: unknown = await api.fetchSigningKeys().catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(Error);
    expect({ ...(error as object), message: (error as Error).message }).toEqual({
      ...fields,
      message: 'Stytch rejected the request.',
    });
    await dispatcher.close();
  });
});

describe('isDown', () => {
  it.each([true, false])('is %p if the circuit breaker is open: %p', (isOpen) => {
    expect(setUp({ isOpen }).api.isDown).toBe(isOpen);
  });
});
