import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { newStaleMarks } from '../../../../test/support/new-stale-marks.js';
import { validResult, verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { b2bProduct } from '../../../b2b/b2b-product.js';
import { consumerProduct } from '../../module/consumer-product.js';
import type { StytchProduct } from '../../ports/stytch-product.js';
import { SessionApi, type SessionCredential, type SessionResponse } from '../../ports/session-api.js';
import type { StytchResponse } from '../../ports/stytch-response.js';
import { MemoryDenyList } from '../deny/memory-deny-list.js';
import { signedOut, unknown, type SessionResult } from '../session-result.js';
import { UnusableJwtWarning } from '../verify/unusable-jwt-warning.js';
import { ClockSkewWarning } from '../verify/clock-skew-warning.js';
import type { JwtVerificationResult, SessionJwtVerifier } from '../verify/session-jwt-verifier.js';
import { FetchSession } from './fetch-session.js';
import { IssuedSessionReader } from './issued-session.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';

const nowSeconds = 1_800_000_000;
const sessionToken = 'x'.repeat(44);
const current = verifiedJwt(nowSeconds - 400);
const verified = verifiedJwt(nowSeconds, { startedAtSeconds: nowSeconds - 400 });
const byJwt: SessionCredential = { kind: 'jwt', jwt: current.jwt };
const byToken: SessionCredential = { kind: 'token', token: sessionToken };
const discarded = 'Stytch responded to a refresh with an invalid session JWT. It was discarded.';
const signedIn = (issued = verified) => ({
  kind: 'signed_in',
  verified: issued,
  renewed: {
    sessionJwt: issued.jwt,
    sessionToken,
    expiresAt: issued.session.expiresAt,
    isStillValid: expect.any(Function) as unknown,
  },
  confirmedNow: true,
});

describe('fetching a session', () => {
  let response: StytchResponse<SessionResponse>;
  let verification: JwtVerificationResult;
  let calls: unknown[][];
  let whileInFlight: () => void;
  let denyList: MemoryDenyList;
  const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const newFetchSession = (session = {}, product: StytchProduct = consumerProduct.product) => {
    const options = resolvedOptions({
      session,
      clock: { nowMs: () => nowSeconds * 1000, monotonicMs: () => 0 },
    });
    const api = Object.assign(Object.create(SessionApi.prototype) as SessionApi, {
      authenticate: async (...parameters: unknown[]) => {
        calls.push(parameters);
        whileInFlight();
        return response;
      },
    });
    const verifier = { verifyRefetchingKeys: async () => verification } as unknown as SessionJwtVerifier;
    denyList = new MemoryDenyList(options);
    const reader = new IssuedSessionReader(
      verifier,
      denyList,
      new UnusableJwtWarning(options),
      new ClockSkewWarning(options),
    );
    return new FetchSession(api, reader, denyList, newStaleMarks(options), options, product);
  };
  let fetchSession: FetchSession;
  beforeEach(() => {
    error.mockClear();
    warn.mockClear();
    response = { kind: 'ok', body: { sessionJwt: verified.jwt, sessionToken } };
    verification = validResult(verified);
    calls = [];
    whileInFlight = () => undefined;
    fetchSession = newFetchSession();
  });
  afterAll(() => {
    error.mockRestore();
    warn.mockRestore();
  });

  it('makes one call with the JWT and returns the session with new cookies', async () => {
    expect(await fetchSession.fetch(byJwt, current)).toEqual(signedIn());
    expect(calls).toEqual([[byJwt, undefined]]);
  });

  it('makes one call with the opaque token and returns the session with new cookies', async () => {
    expect(await fetchSession.fetch(byToken)).toEqual(signedIn());
    expect(calls).toEqual([[byToken, undefined]]);
  });

  it('requests the session duration if refreshes extend sessions', async () => {
    await newFetchSession({ extendOnRefresh: true, durationMinutes: 90 }).fetch(byJwt, current);

    expect(calls).toEqual([[byJwt, 90]]);
  });

  it.each<[string, SessionResult, StytchProduct?]>([
    ['session_not_found', signedOut('session_revoked', true)],
    ['invalid_session_token', signedOut('session_invalid', true)],
    ['unable_to_parse_session_jwt', signedOut('session_invalid', true)],
    ['user_not_found', signedOut('session_invalid', true)],
    ['organization_suspended', unknown('stytch_unavailable')],
    ['internal_server_error', unknown('stytch_unavailable')],
    ['', unknown('stytch_unavailable')],
    ['session_not_found', signedOut('session_revoked', true), b2bProduct.product],
    ['member_not_found', signedOut('session_invalid', true), b2bProduct.product],
    ['organization_not_found', signedOut('session_invalid', true), b2bProduct.product],
    ['organization_suspended', signedOut('session_suspended'), b2bProduct.product],
    ['user_not_found', unknown('stytch_unavailable'), b2bProduct.product],
  ])(
    'turns a rejection with the error type "%s" into its result: %j',
    async (errorType, result, product = consumerProduct.product) => {
      response = { kind: 'rejected', status: 404, errorType, requestId: 'request-id-test-1' };

      expect(await newFetchSession({}, product).fetch(byJwt, current)).toEqual(result);
    },
  );

  it('logs once a minute why a session could not be refreshed, although Stytch responded', async () => {
    response = {
      kind: 'rejected',
      status: 403,
      errorType: 'organization_suspended',
      requestId: 'request-id-test-1',
    };
    await fetchSession.fetch(byJwt, current);
    await fetchSession.fetch(byJwt, current);

    expect(warn.mock.calls).toEqual([
      ['Stytch refused to refresh a session (organization_suspended, request-id-test-1).'],
    ]);
  });

  it('returns unknown with the Retry-After of Stytch if Stytch is unavailable', async () => {
    response = { kind: 'unavailable', reason: 'rate_limited', retryAfterSeconds: 7 };

    expect(await fetchSession.fetch(byJwt, current)).toEqual(unknown('stytch_unavailable', 7));
  });

  it('returns unknown without a Retry-After if Stytch does not respond', async () => {
    response = { kind: 'unavailable', reason: 'unreachable' };

    expect(await fetchSession.fetch(byJwt, current)).toEqual(unknown('stytch_unavailable'));
  });

  it('discards an invalid JWT and logs an error', async () => {
    verification = { kind: 'invalid' };

    expect(await fetchSession.fetch(byJwt, current)).toEqual(unknown('stytch_unavailable'));
    expect(error.mock.calls).toEqual([[discarded]]);
  });

  it.each([
    ['session', { sessionId: 'session-test-2' }],
    ['user', { userId: 'user-test-2' }],
  ])('discards a JWT of another %s than the refreshed JWT', async (_, changes) => {
    verification = validResult(verifiedJwt(nowSeconds, changes));

    expect(await fetchSession.fetch(byJwt, current)).toEqual(unknown('stytch_unavailable'));
    expect(error.mock.calls).toEqual([[discarded]]);
  });

  it('accepts a JWT of any session for an opaque token', async () => {
    const other = verifiedJwt(nowSeconds, { sessionId: 'session-test-2', userId: 'user-test-2' });
    verification = validResult(other);

    expect(await fetchSession.fetch(byToken)).toEqual(signedIn(other));
  });

  it('returns clock_skew for a JWT from the future and logs the skew', async () => {
    verification = { kind: 'issued_in_future', verified, skewSeconds: 91 };

    expect(await fetchSession.fetch(byJwt, current)).toEqual(unknown('clock_skew'));
    expect(error.mock.calls).toEqual([
      [
        "A genuine JWT was issued 91 seconds in the future: the server's clock is behind. Requests get 503 until the clock is synchronized.",
      ],
    ]);
  });

  it("returns clock_skew if the server's clock is not trusted when Stytch responds", async () => {
    verification = { kind: 'clock_untrusted', verified };

    expect(await fetchSession.fetch(byJwt, current)).toEqual(unknown('clock_skew'));
  });

  it('returns session_expired for a session that has exceeded its maximum lifetime', async () => {
    verification = { kind: 'session_expired', verified, ageSeconds: 0, jwtIsExpired: false };

    expect(await fetchSession.fetch(byJwt, current)).toEqual(signedOut('session_expired', true));
  });

  it('returns session_revoked for a session that is denied while the call is in flight', async () => {
    whileInFlight = () => {
      denyList.deny(verified.session, Infinity);
    };

    expect(await fetchSession.fetch(byJwt, current)).toEqual(signedOut('session_revoked', true));
  });
});
