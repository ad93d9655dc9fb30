import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { SessionCookies } from '../../cookies/session-cookies.js';
import { StytchEvents } from '../../events/stytch-events.js';
import { resolveOptions } from '../../options/resolve-options.js';
import { MemoryDenyList } from '../deny/memory-deny-list.js';
import { signedOut, unknown, type SessionResult } from '../session-result.js';
import type { FetchSession } from './fetch-session.js';
import { InFlightRefreshes } from './in-flight-refreshes.js';
import { RefreshResultCache } from './refresh-result-cache.js';
import { TokenExchange } from './token-exchange.js';
import { TokenLookupLimit } from './token-lookup-limit.js';

const issuedAtSeconds = 1_800_000_000;
const nowMs = issuedAtSeconds * 1000;
const options = resolveOptions(
  {
    projectId: 'project-test-5f0d9c1e-0000-4000-8000-000000000001',
    secret: 'secret-test-of-these-specs=',
    appUrl: 'https://app.example.com',
    clock: { nowMs: () => nowMs, monotonicMs: () => 0 },
  },
  {},
);
const token = 'x'.repeat(44);
const verified = verifiedJwt(issuedAtSeconds);
const signedIn: SessionResult = { kind: 'signed_in', verified };
const revoked = signedOut('session_revoked', true);

describe('the exchange of opaque tokens', () => {
  let calls: ((result: SessionResult) => void)[];
  let denyList: MemoryDenyList;
  let tokens: TokenExchange;
  beforeEach(() => {
    calls = [];
    denyList = new MemoryDenyList(options);
    const cookies = new SessionCookies(options);
    const fetchSession = { fetch: () => new Promise<SessionResult>((resolve) => calls.push(resolve)) };
    tokens = new TokenExchange(
      fetchSession as unknown as FetchSession,
      new RefreshResultCache(cookies, options),
      new InFlightRefreshes(),
      new TokenLookupLimit(options),
      denyList,
      cookies,
      new StytchEvents(options),
    );
  });
  const exchange = async (result: SessionResult) => {
    const promise = tokens.authenticate(token);
    calls.at(-1)?.(result);
    return promise;
  };

  it('makes one call and returns the cached result afterwards', async () => {
    expect(await exchange(signedIn)).toBe(signedIn);

    expect(tokens.authenticate(token)).toBe(signedIn);
    expect(tokens.cachedSession(token)).toBe(verified);
    expect(calls).toHaveLength(1);
  });

  it('makes at most ten calls per second for unknown tokens', () => {
    const results = Array.from({ length: 12 }, (_, n) => tokens.authenticate(`${token}${n}`));

    expect(calls).toHaveLength(10);
    expect(results.slice(10)).toEqual(Array(2).fill(unknown('stytch_unavailable', 1)));
  });

  it('rejects a denied token without a call, even if its session is cached', async () => {
    await exchange(signedIn);
    tokens.deny(token, nowMs + 60_000);

    expect(tokens.authenticate(token)).toEqual(revoked);
    expect(tokens.cachedSession(token)).toBeUndefined();
    expect(calls).toHaveLength(1);
  });

  it('denies the session of a token that was denied while the call was in flight', async () => {
    const promise = tokens.authenticate(token);
    tokens.deny(token, nowMs + 60_000);
    calls[0]?.(signedIn);

    expect(await promise).toEqual(revoked);
    expect(denyList.isDenied(verified.session)).toBe(true);
  });
});
