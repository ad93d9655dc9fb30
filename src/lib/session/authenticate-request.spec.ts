import { validResult, verifiedJwt } from '../../../test/support/verified-jwt.js';
import type { HttpClient } from '../http/http-exchange.js';
import type { Session } from '../identity/session.js';
import { RequestAuthenticator } from './authenticate-request.js';
import { MemoryDenyList } from './deny/memory-deny-list.js';
import type { CandidatesResult, CredentialReader } from './read-credentials.js';
import type { JwtRefresher } from './refresh/jwt-refresher.js';
import type { OutageGrace } from './refresh/outage-grace.js';
import type { TokenExchange } from './refresh/token-exchange.js';
import { signedOut, unknown, type SessionResult, type SignedIn } from './session-result.js';
import type { StaleMarks } from './stale/stale-marks.js';
import type { CandidateVerifier } from './verify/candidate-verifier.js';
import type { ClockSkewWarning } from './verify/clock-skew-warning.js';
import type { SessionJwtVerifier } from './verify/session-jwt-verifier.js';
import type { SessionOwnership } from './verify/session-ownership.js';
import type { UnusableJwtWarning } from './verify/unusable-jwt-warning.js';
import type { SelectedJwtResult } from './verify/select-jwt.js';
import type { VerifiedJwt } from './verify/verified-jwt.js';

const client = { request: { headers: {} }, clientIp: '192.0.2.1' } as unknown as HttpClient;
const [tokenA, tokenB] = ['a'.repeat(44), 'b'.repeat(44)];
const verified = verifiedJwt(1_800_000_000);
const valid = validResult(verified);
const expired: SelectedJwtResult = { kind: 'expired', verified, ageSeconds: 400 };
const unusable: SelectedJwtResult = { kind: 'unusable', claim: 'aud', given: ['https://api.example.com'] };
const signedIn: SignedIn = { kind: 'signed_in', verified, checkedAt: valid.checkedAt };
const renewed: SignedIn = {
  kind: 'signed_in',
  verified: verifiedJwt(1_800_000_240, { startedAtSeconds: 1_800_000_000 }),
  renewed: { sessionJwt: 'jwt-of-1800000240', expiresAt: verified.session.expiresAt },
};
const anothersSession: SignedIn = {
  kind: 'signed_in',
  verified: verifiedJwt(1_800_000_000, { sessionId: 'session-test-2' }),
};
const startedElsewhere = verifiedJwt(1_800_000_100);
const notAccepted = signedOut('session_not_accepted');
const revoked = signedOut('session_revoked', true);
const unavailable = unknown('stytch_unavailable');
const ambiguous = signedOut('session_ambiguous');
const keyNotFetched: SelectedJwtResult = { kind: 'key_not_fetched' };

describe('the authentication of a request', () => {
  let jwts: CandidatesResult;
  let tokens: string[];
  let hasMoreTokens: boolean;
  let selected: SelectedJwtResult | Promise<SelectedJwtResult>;
  let isClockTrusted: boolean | Promise<boolean>;
  let renewal: SignedIn | undefined;
  let newer: SignedIn | undefined;
  let refreshResult: SessionResult | Promise<SessionResult>;
  let youngerResult: SessionResult | Promise<SessionResult> | undefined;
  let exchangeResult: SessionResult | Promise<SessionResult>;
  /** By token; others get `exchangeResult`. */
  let exchangeResults: Record<string, SessionResult>;
  let graceResult: SessionResult | undefined;
  /** The calls to the collaborators that may call Stytch or write to the log. */
  let calls: unknown[][];
  let stale: Set<unknown>;
  let staleResult: SessionResult | Promise<SessionResult>;
  let denyList: MemoryDenyList;
  let authenticator: RequestAuthenticator;
  beforeEach(() => {
    jwts = { kind: 'candidates', values: [verified.jwt] };
    tokens = [];
    hasMoreTokens = false;
    selected = valid;
    isClockTrusted = true;
    renewal = undefined;
    newer = undefined;
    refreshResult = renewed;
    youngerResult = undefined;
    exchangeResult = renewed;
    exchangeResults = {};
    graceResult = undefined;
    calls = [];
    stale = new Set();
    staleResult = renewed;
    denyList = new MemoryDenyList({ clock: { nowMs: () => 0, monotonicMs: () => 0 } });
    const collaborators = {
      credentials: {
        readJwts: () => jwts,
        readTokens: () => ({ kind: hasMoreTokens ? 'too_many' : 'candidates', values: tokens }),
      },
      verifier: {
        verify: (candidates: unknown) => {
          calls.push(['verify', candidates]);
          return selected;
        },
      },
      jwtVerifier: { ensureTrustedClock: () => isClockTrusted },
      refresher: {
        renewalFor: ({ issuedAtSeconds }: VerifiedJwt, nowMs: number) => {
          // When the times of the JWT were checked, see validResult().
          expect(nowMs).toBe(issuedAtSeconds * 1000);
          return renewal;
        },
        newerThan: () => newer,
        refreshOlderThan: (...parameters: unknown[]) => {
          calls.push(['refresh if older', ...parameters.filter((one) => one !== undefined)]);
          return youngerResult;
        },
        refreshStale: (jwt: unknown) => {
          calls.push(['refresh stale', jwt]);
          return staleResult;
        },
        refresh: (jwt: unknown) => {
          calls.push(['refresh', jwt]);
          return refreshResult;
        },
      },
      tokens: {
        authenticate: (token: string, ...parameters: unknown[]) => {
          calls.push(['exchange', token, ...parameters]);
          return exchangeResults[token] ?? exchangeResult;
        },
      },
      grace: { apply: (result: SessionResult) => graceResult ?? result },
      skewWarning: { log: (skewSeconds: unknown) => calls.push(['skew', skewSeconds]) },
      unusableWarning: { log: (unusable: unknown) => calls.push(['unusable', unusable]) },
    };
    authenticator = new RequestAuthenticator(
      collaborators.credentials as unknown as CredentialReader,
      collaborators.verifier as unknown as CandidateVerifier,
      collaborators.jwtVerifier as unknown as SessionJwtVerifier,
      denyList,
      {
        isAccepted: (session: Session) => session !== startedElsewhere.session,
      } as unknown as SessionOwnership,
      collaborators.refresher as unknown as JwtRefresher,
      collaborators.tokens as unknown as TokenExchange,
      collaborators.grace as unknown as OutageGrace,
      collaborators.skewWarning as unknown as ClockSkewWarning,
      collaborators.unusableWarning as unknown as UnusableJwtWarning,
      { isStale: (jwt: unknown) => stale.has(jwt) } as unknown as StaleMarks,
    );
  });
  const verification = ['verify', [verified.jwt]];
  const denySession = () => {
    denyList.deny(verified.session, Infinity);
  };

  describe('of a session that was extended after its JWT was issued', () => {
    beforeEach(() => {
      selected = { kind: 'session_expired', verified, ageSeconds: 4000, jwtIsExpired: true };
      newer = renewed;
    });

    it('is signed_in with the newer JWT, without a call', async () => {
      expect(await authenticator.authenticate(client)).toEqual(renewed);
      expect(calls).toEqual([verification]);
    });

    it('is session_revoked once the session is denied', async () => {
      denySession();

      expect(await authenticator.authenticate(client)).toEqual(revoked);
    });
  });

  it.each<[string, SelectedJwtResult, SessionResult]>([
    ['signed_in for a valid JWT', valid, signedIn],
    [
      'session_expired, clearing the cookies, for an expired session',
      { kind: 'session_expired', verified, ageSeconds: 4000, jwtIsExpired: true },
      signedOut('session_expired', true),
    ],
    ['session_ambiguous, keeping the cookies, for several sessions', { kind: 'ambiguous' }, ambiguous],
    ['session_invalid for an invalid JWT', { kind: 'invalid' }, signedOut('session_invalid')],
    ['stytch_unavailable if there are no signing keys', { kind: 'no_keys' }, unavailable],
    [
      "clock_skew if the server's clock is not trusted",
      { kind: 'clock_untrusted', verified },
      unknown('clock_skew'),
    ],
  ])('returns %s, without calling Stytch', (_, verifiedResult, result) => {
    [selected, tokens] = [verifiedResult, [tokenA]];

    expect(authenticator.authenticate(client)).toEqual(result);
    expect(calls).toEqual([verification]);
  });

  it('logs a JWT that the options do not accept', () => {
    selected = unusable;
    void authenticator.authenticate(client);

    expect(calls).toEqual([verification, ['unusable', unusable]]);
  });

  it.each<[string, SelectedJwtResult | undefined, SessionResult]>([
    ['session_revoked, clearing the cookies, without a JWT', undefined, revoked],
    ['session_revoked, clearing the cookies, beside an unusable JWT of this project', unusable, revoked],
    [
      'session_invalid beside a JWT with an unknown key',
      { kind: 'unknown_key' },
      signedOut('session_invalid'),
    ],
    ['stytch_unavailable beside a JWT whose key could not be fetched', keyNotFetched, unavailable],
  ])('returns for an opaque token that Stytch does not know %s', (_, jwt, result) => {
    if (jwt === undefined) jwts = { kind: 'none', values: [] };
    else selected = jwt;
    [tokens, exchangeResult] = [[tokenA], revoked];

    expect(authenticator.authenticate(client)).toEqual(result);
  });

  it.each([
    ['one opaque token', [tokenA], false],
    ['several opaque tokens', [tokenA, tokenB], false],
    ['an opaque token after waiting for a key fetch', [tokenA], Promise.resolve(false)],
  ])(
    "returns clock_skew for %s, without calling Stytch, if the server's clock is not trusted",
    async (_, presented, isTrusted) => {
      [jwts, tokens, isClockTrusted] = [{ kind: 'none', values: [] }, presented, isTrusted];

      expect(await authenticator.authenticate(client)).toEqual(unknown('clock_skew'));
      expect(calls).toEqual([]);
    },
  );

  it('exchanges an opaque token when a key fetch made the clock trusted', async () => {
    [jwts, tokens, isClockTrusted] = [{ kind: 'none', values: [] }, [tokenA], Promise.resolve(true)];

    expect(await authenticator.authenticate(client)).toEqual(renewed);
  });

  it('returns session_missing without credentials even if the clock is not trusted', () => {
    [jwts, isClockTrusted] = [{ kind: 'none', values: [] }, false];

    expect(authenticator.authenticate(client)).toEqual(signedOut('session_missing'));
  });

  it('waits for the signing keys if they have to be fetched', async () => {
    selected = Promise.resolve(valid);

    expect(await authenticator.authenticate(client)).toEqual(signedIn);
  });

  it('returns clock_skew for a JWT from the future and logs the skew', () => {
    selected = { kind: 'issued_in_future', verified, skewSeconds: 90 };

    expect(authenticator.authenticate(client)).toEqual(unknown('clock_skew'));
    expect(calls).toEqual([verification, ['skew', 90]]);
  });

  it.each<[string, SelectedJwtResult]>([
    ['valid', valid],
    ['expired', expired],
    ['of an expired session', { kind: 'session_expired', verified, ageSeconds: 4000, jwtIsExpired: true }],
  ])('returns session_ambiguous for a JWT that is %s if more were sent than are verified', (_, result) => {
    [jwts, selected] = [{ kind: 'too_many', values: ['a', 'b', 'c', 'd', 'e'] }, result];

    expect(authenticator.authenticate(client)).toEqual(ambiguous);
    expect(calls).toEqual([['verify', ['a', 'b', 'c', 'd', 'e']]]);
  });

  describe('confirmClaims', () => {
    it('refreshes a session that Stytch did not confirm within the last minute', async () => {
      youngerResult = Promise.resolve(renewed);

      expect(await authenticator.confirmClaims(signedIn)).toBe(renewed);
      expect(calls).toEqual([['refresh if older', 0, verified, 60]]);
    });

    it('returns a session that Stytch did confirm, or confirms now, without a promise', () => {
      expect(authenticator.confirmClaims(signedIn)).toBe(signedIn);
      expect(calls).toHaveLength(1);

      const confirmed: SignedIn = { ...signedIn, confirmedNow: true };
      expect(authenticator.confirmClaims(confirmed)).toBe(confirmed);
      expect(calls).toHaveLength(1);
    });

    it.each<[string, SessionResult]>([
      ['was revoked', revoked],
      ['cannot be confirmed now', unavailable],
    ])('returns the result of the refresh if the session %s', (_, result) => {
      youngerResult = result;

      expect(authenticator.confirmClaims(signedIn)).toBe(result);
    });

    it('returns session_revoked if the session is denied while the refresh is in flight', async () => {
      youngerResult = Promise.resolve(renewed);
      const result = authenticator.confirmClaims(signedIn);
      denySession();

      expect(await result).toEqual(revoked);
    });
  });

  describe('with a maximum age of tokens', () => {
    const limited = () => authenticator.authenticate(client, 60);

    it('returns a JWT that is young enough without a promise', () => {
      expect(limited()).toEqual(signedIn);
      expect(calls).toEqual([verification, ['refresh if older', 60, verified]]);
    });

    it('returns a younger JWT instead of an older one', async () => {
      youngerResult = Promise.resolve(renewed);

      expect(await limited()).toBe(renewed);
    });

    it.each<[string, SessionResult]>([
      ['was revoked', revoked],
      ['cannot be confirmed now', unavailable],
    ])('returns the result of the refresh if the session %s', (_, result) => {
      youngerResult = result;

      expect(limited()).toBe(result);
    });

    it('grants no grace period', () => {
      [selected, refreshResult, graceResult, youngerResult] = [expired, unavailable, signedIn, unavailable];

      expect(limited()).toBe(unavailable);
    });

    it('asks Stytch once for an expired JWT', () => {
      [selected, refreshResult] = [expired, { ...renewed, confirmedNow: true }];

      expect(limited()).toEqual({ ...renewed, confirmedNow: true });
      expect(calls).toEqual([verification, ['refresh', verified]]);
    });

    it('returns session_revoked if the session is denied while the refresh is in flight', async () => {
      youngerResult = Promise.resolve(renewed);
      const result = limited();
      denySession();

      expect(await result).toEqual(revoked);
    });

    it('applies to a session JWT that was not sent in a cookie', async () => {
      youngerResult = Promise.resolve(renewed);

      expect(await authenticator.authenticateJwt(verified.jwt, 60)).toBe(renewed);
    });

    it('does not refresh what is no session', () => {
      selected = { kind: 'invalid' };

      expect(limited()).toEqual(signedOut('session_invalid'));
      expect(calls).toEqual([verification]);
    });
  });

  describe('for a session that another application started, keeping the cookies and without a call, returns session_not_accepted', () => {
    it.each<SelectedJwtResult>([
      validResult(startedElsewhere),
      { kind: 'expired', verified: startedElsewhere, ageSeconds: 400 },
      { kind: 'session_expired', verified: startedElsewhere, ageSeconds: 4000, jwtIsExpired: true },
    ])('if its JWT is $kind', (result) => {
      selected = result;

      expect(authenticator.authenticate(client)).toEqual(notAccepted);
      expect(calls).toEqual([verification]);
    });

    it('if the newest JWT of the session says so', () => {
      renewal = { kind: 'signed_in', verified: startedElsewhere };

      expect(authenticator.authenticate(client)).toEqual(notAccepted);
      expect(calls).toEqual([verification]);
    });
  });

  describe('if Stytch responds with a session that another application started', () => {
    const ofAnotherApplication: SignedIn = { ...renewed, verified: startedElsewhere };

    it('returns session_not_accepted for an expired JWT', () => {
      [selected, refreshResult] = [expired, ofAnotherApplication];

      expect(authenticator.authenticate(client)).toEqual(notAccepted);
    });

    it('returns session_not_accepted for an opaque token', () => {
      [jwts, tokens, exchangeResult] = [{ kind: 'none', values: [] }, [tokenA], ofAnotherApplication];

      expect(authenticator.authenticate(client)).toEqual(notAccepted);
    });

    it('ignores an opaque token beside one of a session that it started', async () => {
      [jwts, tokens] = [{ kind: 'none', values: [] }, [tokenA, tokenB]];
      exchangeResults = { [tokenA]: ofAnotherApplication, [tokenB]: renewed };

      expect(await authenticator.authenticate(client)).toBe(renewed);
    });

    it('returns stytch_unavailable for an opaque token beside a JWT whose key could not be fetched', () => {
      [selected, tokens, exchangeResult] = [keyNotFetched, [tokenA], ofAnotherApplication];

      expect(authenticator.authenticate(client)).toEqual(unavailable);
    });
  });

  it('returns session_invalid, keeping the cookies, if more JWTs were sent than are verified and none is genuine', () => {
    [jwts, selected] = [{ kind: 'too_many', values: ['a', 'b', 'c', 'd', 'e'] }, { kind: 'invalid' }];

    expect(authenticator.authenticate(client)).toEqual(signedOut('session_invalid'));
  });

  describe('with a valid JWT', () => {
    it('returns a newer JWT that was fetched in the background', () => {
      renewal = renewed;

      expect(authenticator.authenticate(client)).toBe(renewed);
    });

    it('returns session_revoked if the session is denied, even if a newer JWT is available', () => {
      renewal = renewed;
      denySession();

      expect(authenticator.authenticate(client)).toEqual(revoked);
    });
  });

  describe('with a JWT from before a change of its subject', () => {
    beforeEach(() => {
      stale.add(verified);
    });
    const authenticate = () => authenticator.authenticate(client);

    it('returns the session as Stytch states it now, with new cookies', async () => {
      staleResult = Promise.resolve(renewed);

      expect(await authenticate()).toBe(renewed);
      expect(calls).toEqual([verification, ['refresh stale', verified]]);
    });

    it('returns a cached result without a promise', () => {
      expect(authenticate()).toBe(renewed);
    });

    it.each<[string, SessionResult]>([
      ['that the session was revoked', revoked],
      ['that Stytch is unavailable, without a grace period', unavailable],
    ])('returns %s', (_, result) => {
      staleResult = result;

      expect(authenticate()).toBe(result);
    });

    it('asks again if the session was refreshed by a call from before the change', async () => {
      stale = new Set([renewed.verified]);
      selected = expired;
      refreshResult = { ...renewed, confirmedNow: true };
      staleResult = signedIn;

      expect(await authenticate()).toBe(signedIn);
      expect(calls.at(-1)).toEqual(['refresh stale', renewed.verified]);
    });

    it.each<[string, () => unknown]>([
      ['a JWT that was not sent in a cookie', () => authenticator.authenticateJwt(verified.jwt)],
      ['a handler that accepts only young JWTs', () => authenticator.authenticate(client, 60)],
      ['the confirmation of claims', () => authenticator.confirmClaims(signedIn)],
      [
        'an opaque token',
        () => {
          jwts = { kind: 'none', values: [] };
          tokens = [tokenA];
          exchangeResult = signedIn;
          return authenticate();
        },
      ],
      [
        'a session that is accepted during an outage',
        () => {
          selected = expired;
          refreshResult = unavailable;
          graceResult = signedIn;
          return authenticate();
        },
      ],
    ])('applies to %s', (_, result) => {
      staleResult = unavailable;

      expect(result()).toBe(unavailable);
    });

    it('returns session_revoked if the session is denied in the meantime', async () => {
      staleResult = Promise.resolve(renewed);
      const result = authenticate();
      denySession();

      expect(await result).toEqual(revoked);
    });

    it('does not ask about a denied session', () => {
      denySession();

      expect([authenticate(), calls]).toEqual([revoked, [verification]]);
    });
  });

  describe('with an expired JWT', () => {
    beforeEach(() => {
      selected = expired;
    });

    it('returns the refreshed session', async () => {
      refreshResult = Promise.resolve(renewed);

      expect(await authenticator.authenticate(client)).toBe(renewed);
      expect(calls).toEqual([verification, ['refresh', verified]]);
    });

    it.each([0, -60])('writes no cookie if the refreshed JWT was issued %d seconds after it', (seconds) => {
      const notNewer = verifiedJwt(1_800_000_000 + seconds);
      refreshResult = { ...renewed, verified: notNewer };

      expect(authenticator.authenticate(client)).toEqual({ kind: 'signed_in', verified: notNewer });
    });

    it('returns a cached refresh result without a promise', () => {
      expect(authenticator.authenticate(client)).toBe(renewed);
    });

    it('does not call Stytch for a denied session', () => {
      denySession();

      expect(authenticator.authenticate(client)).toEqual(revoked);
      expect(calls).toEqual([verification]);
    });

    it('returns session_revoked if the session is denied while the refresh is in flight', async () => {
      refreshResult = Promise.resolve(renewed);
      const result = authenticator.authenticate(client);
      denySession();

      expect(await result).toEqual(revoked);
    });

    it.each<[string, SessionResult]>([
      ['is revoked', revoked],
      ['cannot be refreshed now', unavailable],
    ])('returns the result of the refresh if the session %s', (_, result) => {
      refreshResult = result;

      expect(authenticator.authenticate(client)).toBe(result);
    });

    it('returns the unconfirmed session if the grace period applies', () => {
      [refreshResult, graceResult] = [unavailable, signedIn];

      expect(authenticator.authenticate(client)).toBe(signedIn);
    });

    it('does not exchange the opaque token', () => {
      [refreshResult, tokens] = [revoked, [tokenA]];
      void authenticator.authenticate(client);

      expect(calls).toEqual([verification, ['refresh', verified]]);
    });
  });

  describe.each<[string, () => void, SessionResult]>([
    [
      'without a JWT',
      () => {
        jwts = { kind: 'none', values: [] };
      },
      signedOut('session_missing'),
    ],
    [
      'with a JWT whose key is unknown',
      () => {
        selected = { kind: 'unknown_key' };
      },
      signedOut('session_invalid'),
    ],
    [
      'with a JWT that the options do not accept',
      () => {
        selected = unusable;
      },
      unavailable,
    ],
  ])('%s', (_, arrange, resultWithoutToken) => {
    beforeEach(() => {
      arrange();
    });
    const exchanges = () => calls.filter(([name]) => name === 'exchange');

    it('returns that there is no session if there is no opaque token either', () => {
      expect(authenticator.authenticate(client)).toEqual(resultWithoutToken);
      expect(exchanges()).toEqual([]);
    });

    it.each<[string, SessionResult]>([
      ['signed_in', renewed],
      ['session_expired', signedOut('session_expired', true)],
      ['stytch_unavailable', unavailable],
    ])('returns the result of exchanging the opaque token: %s', async (__, result) => {
      [tokens, exchangeResult] = [[tokenA], Promise.resolve(result)];

      expect(await authenticator.authenticate(client)).toBe(result);
      expect(exchanges()).toEqual([['exchange', tokenA, client]]);
    });

    it('returns a cached result of the exchange without a promise', () => {
      tokens = [tokenA];

      expect(authenticator.authenticate(client)).toBe(renewed);
    });

    it('returns the session of one of several opaque tokens if Stytch rejects the others', async () => {
      tokens = [tokenA, tokenB];
      exchangeResults = { [tokenA]: revoked, [tokenB]: renewed };

      expect(await authenticator.authenticate(client)).toBe(renewed);
      expect(exchanges()).toEqual([
        ['exchange', tokenA, client],
        ['exchange', tokenB, client],
      ]);
    });

    it('returns session_ambiguous for opaque tokens of different sessions', async () => {
      tokens = [tokenA, tokenB];
      exchangeResults = { [tokenA]: anothersSession };

      expect(await authenticator.authenticate(client)).toEqual(ambiguous);
    });

    it('ignores an opaque token of a denied session beside another', async () => {
      tokens = [tokenA, tokenB];
      exchangeResults = { [tokenA]: anothersSession };
      denySession();

      expect(await authenticator.authenticate(client)).toBe(anothersSession);
    });

    it.each<[string, SessionResult, SessionResult]>([
      ['session_ambiguous if one is of a session', renewed, ambiguous],
      ['that it is unknown if one can not be looked up', unavailable, unavailable],
    ])('returns, if more opaque tokens were sent than are looked up, %s', async (__, ofLast, result) => {
      [tokens, hasMoreTokens, exchangeResult] = [[tokenA, tokenB], true, revoked];
      exchangeResults = { [tokenB]: ofLast };

      expect(await authenticator.authenticate(client)).toEqual(result);
    });

    it('keeps the cookies if more opaque tokens were sent than are looked up and Stytch rejects these', async () => {
      [tokens, hasMoreTokens, exchangeResult] = [[tokenA, tokenB], true, revoked];

      expect(await authenticator.authenticate(client)).toMatchObject({
        kind: 'signed_out',
        shouldClearCookies: false,
      });
    });

    it('returns session_revoked if the session of the token is denied', () => {
      tokens = [tokenA];
      denySession();

      expect(authenticator.authenticate(client)).toEqual(revoked);
    });
  });
});
