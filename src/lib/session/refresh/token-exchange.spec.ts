import { newRenewedSessions } from '../../../../test/support/renewed-sessions.js';
import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { StytchEvents } from '../../events/stytch-events.js';
import type { HttpClient } from '../../http/http-exchange.js';
import { MemoryDenyList } from '../deny/memory-deny-list.js';
import { signedOut, unknown, type SessionResult } from '../session-result.js';
import { ConfirmedTokens } from './confirmed-tokens.js';
import type { FetchSession } from './fetch-session.js';
import { InFlightRefreshes } from './in-flight-refreshes.js';
import { tokenHashOf } from '../opaque-token.js';
import { TokenExchange } from './token-exchange.js';
import { TokenLookupLimit } from './token-lookup-limit.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';

const issuedAtSeconds = 1_800_000_000;
let nowMs = issuedAtSeconds * 1000;
let elapsedMs = 0;
const options = resolvedOptions({ clock: { nowMs: () => nowMs, monotonicMs: () => elapsedMs } });
const token = 'x'.repeat(44);
const verified = verifiedJwt(issuedAtSeconds);
const signedIn: SessionResult = { kind: 'signed_in', verified };
/** The same for requests that come later. The cookies are written for each. */
const served = {
  kind: 'signed_in',
  verified,
  renewed: {
    sessionJwt: verified.jwt,
    sessionToken: token,
    expiresAt: verified.session.expiresAt,
    isStillValid: expect.any(Function) as unknown,
  },
};
const clientAt = (clientIp: string) => ({ request: { headers: {} }, clientIp }) as unknown as HttpClient;
const client = clientAt('192.0.2.1');
const revoked = signedOut('session_revoked', true);

describe('the exchange of opaque tokens', () => {
  let calls: ((result: SessionResult) => void)[];
  let denyList: MemoryDenyList;
  let tokens: TokenExchange;
  beforeEach(() => {
    nowMs = issuedAtSeconds * 1000;
    elapsedMs = 0;
    calls = [];
    denyList = new MemoryDenyList(options);
    const fetchSession = { fetch: () => new Promise<SessionResult>((resolve) => calls.push(resolve)) };
    tokens = new TokenExchange(
      fetchSession as unknown as FetchSession,
      new ConfirmedTokens(options),
      newRenewedSessions(options, denyList),
      new InFlightRefreshes(),
      new TokenLookupLimit(options),
      denyList,
      new StytchEvents(options),
      options,
    );
  });
  const exchange = async (result: SessionResult) => {
    const promise = tokens.authenticate(token, client);
    calls.at(-1)?.(result);
    return promise;
  };

  const times = (count: number, run: (n: number) => unknown) =>
    Array.from({ length: count }, (_, n) => run(n));
  const lookUpMadeUp = (count: number, from = client) =>
    times(count, (n) => tokens.authenticate(`made-up-${n}-`.padEnd(44, 'x'), from));

  it('makes one call and serves the session without a promise afterwards', async () => {
    expect(await exchange(signedIn)).toBe(signedIn);

    expect(tokens.authenticate(token, client)).toEqual(served);
    expect(tokens.cachedSession(token)).toBe(verified);
    expect(calls).toHaveLength(1);
  });

  it('makes no call for an unconfirmed token of a network that used its budget up', () => {
    lookUpMadeUp(100);

    expect(tokens.authenticate(token, client)).toEqual(unknown('stytch_unavailable', 1));
    expect(tokens.mayCall(token, client)).toBe(false);
    expect(calls).toHaveLength(100);
  });

  it('makes a call for the same token from another network', () => {
    lookUpMadeUp(100);
    void tokens.authenticate(token, clientAt('198.51.100.1'));

    expect(calls).toHaveLength(101);
  });

  it('needs no budget for a token that was confirmed once, even when its JWT has expired', async () => {
    await exchange(signedIn);
    lookUpMadeUp(100);
    nowMs += 400_000;
    lookUpMadeUp(100);
    const before = calls.length;
    void tokens.authenticate(token, client);

    expect([calls.length - before, tokens.mayCall(token, client)]).toEqual([1, true]);
  });

  it('takes no budget for calls that confirm their token', async () => {
    for (let n = 0; n < 150; n += 1) {
      const promise = tokens.authenticate(`genuine-${n}-`.padEnd(44, 'x'), client);
      calls.at(-1)?.({
        kind: 'signed_in',
        verified: verifiedJwt(issuedAtSeconds, { sessionId: `session-test-${n}`, jwt: `jwt-of-${n}` }),
      });
      await promise;
    }

    expect(calls).toHaveLength(150);
  });

  it('keeps confirmed sessions when a flood of refused tokens is cached', async () => {
    await exchange(signedIn);
    for (let n = 0; n < 20_000; n += 1) {
      if (n % 100 === 0) elapsedMs += 10_000;
      const promise = tokens.authenticate(`made-up-${n}-`.padEnd(44, 'x'), clientAt(`10.0.${n >> 8}.1`));
      calls.at(-1)?.(revoked);
      await promise;
    }

    expect(tokens.authenticate(token, client)).toEqual(served);
  });

  it('rejects a denied token without a call, even if its session is cached', async () => {
    await exchange(signedIn);
    tokens.deny(token, nowMs + 60_000);

    expect(tokens.authenticate(token, client)).toEqual(revoked);
    expect(tokens.cachedSession(token)).toBeUndefined();
    expect(calls).toHaveLength(1);
  });

  it('denies the session of a confirmed token that another instance denies, and does not shorten its denial', async () => {
    await exchange(signedIn);
    const denied: unknown[] = [];
    denyList.onDenied((key) => denied.push(key));
    denyList.deny({ tokenHash: tokenHashOf(token) }, nowMs + 60_000);
    expect([denyList.isDenied(verified.session), denied]).toEqual([
      true,
      [{ sessionId: verified.session.sessionId }, { tokenHash: tokenHashOf(token) }],
    ]);

    denyList.deny({ tokenHash: tokenHashOf(token) }, nowMs + 1_000);
    elapsedMs += 59_000;
    nowMs += 59_000;
    denyList.deny({ sessionId: 'session-test-2' }, nowMs);
    expect(denyList.isDenied(verified.session)).toBe(true);
  });

  it('denies the session of a token that was denied while the call was in flight', async () => {
    const promise = tokens.authenticate(token, client);
    tokens.deny(token, nowMs + 60_000);
    calls[0]?.(signedIn);

    expect(await promise).toEqual(revoked);
    expect(denyList.isDenied(verified.session)).toBe(true);
  });
});
