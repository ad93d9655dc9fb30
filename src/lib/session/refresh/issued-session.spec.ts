import { validResult, verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { MemoryDenyList } from '../deny/memory-deny-list.js';
import type { JwtVerificationResult, SessionJwtVerifier } from '../verify/session-jwt-verifier.js';
import type { UnusableJwt } from '../verify/check-acceptance.js';
import type { ClockSkewWarning } from '../verify/clock-skew-warning.js';
import type { UnusableJwtWarning } from '../verify/unusable-jwt-warning.js';
import { IssuedSessionReader, type UnusableSession } from './issued-session.js';

const verified = verifiedJwt(1_800_000_000);
const sessionToken = 'x'.repeat(44);

describe('the reader of issued sessions', () => {
  let result: JwtVerificationResult;
  /** The JWTs that were verified. */
  let verifications: string[];
  let denyList: MemoryDenyList;
  let warnings: UnusableJwt[];
  /** The logged differences between the clocks, in seconds. */
  let skews: number[];
  let reader: IssuedSessionReader;
  beforeEach(() => {
    result = validResult(verified);
    verifications = [];
    warnings = [];
    skews = [];
    const skewWarning = { log: (skewSeconds: number) => skews.push(skewSeconds) };
    const unusableWarning = { log: (unusable: UnusableJwt) => warnings.push(unusable) };
    denyList = new MemoryDenyList({ clock: { nowMs: () => 0, monotonicMs: () => 0 } });
    const verifier = {
      verifyRefetchingKeys: async (jwt: string) => {
        verifications.push(jwt);
        return result;
      },
    };
    reader = new IssuedSessionReader(
      verifier as unknown as SessionJwtVerifier,
      denyList,
      unusableWarning as unknown as UnusableJwtWarning,
      skewWarning as unknown as ClockSkewWarning,
    );
  });

  it('returns a session with its cookies if the JWT verifies', async () => {
    expect(await reader.read({ sessionJwt: verified.jwt, sessionToken })).toEqual({
      kind: 'issued',
      verified,
      cookies: {
        sessionJwt: verified.jwt,
        sessionToken,
        expiresAt: verified.session.expiresAt,
        isStillValid: expect.any(Function) as unknown,
      },
    });
    expect(verifications).toEqual([verified.jwt]);
  });

  it.each([
    ['empty', ''],
    ['missing', undefined],
    ['not a string', 44],
    ['not base64url', `${sessionToken};Domain=example.com`],
  ])('does not write a session token that is %s to a cookie', async (_, value) => {
    const issued = await reader.read({ sessionJwt: verified.jwt, sessionToken: value });

    expect(issued).toHaveProperty('cookies.sessionToken', undefined);
  });

  it('invalidates the cookies of a session that is denied afterwards', async () => {
    const issued = await reader.read({ sessionJwt: verified.jwt, sessionToken });
    const isStillValid = () => issued.kind === 'issued' && issued.cookies.isStillValid?.();
    expect(isStillValid()).toBe(true);

    denyList.deny(verified.session, Infinity);

    expect(isStillValid()).toBe(false);
  });

  it.each([undefined, null, 44, { jwt: verified.jwt }])(
    'returns invalid without verifying a session JWT that is not a string: %p',
    async (sessionJwt) => {
      expect(await reader.read({ sessionJwt, sessionToken })).toEqual<UnusableSession>({
        kind: 'unusable',
        reason: 'invalid',
      });
      expect(verifications).toEqual([]);
    },
  );

  it('returns misconfigured for a JWT that the options do not accept, and logs the claim', async () => {
    result = { kind: 'unusable', claim: 'aud', given: ['https://api.example.com'] };

    expect(await reader.read({ sessionJwt: verified.jwt, sessionToken })).toEqual<UnusableSession>({
      kind: 'unusable',
      reason: 'misconfigured',
    });
    expect(warnings).toEqual([result]);
  });

  it('returns misconfigured without verifying a JWT that is too large to be verified, and logs its size', async () => {
    expect(await reader.read({ sessionJwt: 'x'.repeat(8193), sessionToken })).toEqual<UnusableSession>({
      kind: 'unusable',
      reason: 'misconfigured',
    });
    expect(verifications).toEqual([]);
    expect(warnings).toEqual([{ kind: 'unusable', claim: 'size', given: 8193 }]);
  });

  it.each<[string, JwtVerificationResult, UnusableSession]>([
    ['invalid for an invalid JWT', { kind: 'invalid' }, { kind: 'unusable', reason: 'invalid' }],
    [
      'invalid for a JWT with an unknown key',
      { kind: 'unknown_key' },
      { kind: 'unusable', reason: 'invalid' },
    ],
    [
      'invalid if no signing keys are available',
      { kind: 'no_keys' },
      { kind: 'unusable', reason: 'invalid' },
    ],
    [
      'session_expired if the session has exceeded its maximum lifetime',
      { kind: 'session_expired', verified, ageSeconds: 0, jwtIsExpired: false },
      { kind: 'unusable', reason: 'session_expired' },
    ],
  ])('returns %s', async (_, verification, unusable) => {
    result = verification;

    expect(await reader.read({ sessionJwt: verified.jwt, sessionToken })).toEqual(unusable);
    expect(skews).toEqual([]);
  });

  it.each<[string, JwtVerificationResult, number[]]>([
    [
      'a positive skew for a JWT from the future',
      { kind: 'issued_in_future', verified, skewSeconds: 90 },
      [90],
    ],
    ['a negative skew for an expired JWT', { kind: 'expired', verified, ageSeconds: 400 }, [-400]],
    [
      'a negative skew if both the JWT and its session have expired',
      { kind: 'session_expired', verified, ageSeconds: 4000, jwtIsExpired: true },
      [-4000],
    ],
    ['nothing more if the verifier found an untrusted clock', { kind: 'clock_untrusted', verified }, []],
  ])('returns clock_skew and logs %s', async (_, verification, logged) => {
    result = verification;

    expect(await reader.read({ sessionJwt: verified.jwt, sessionToken })).toEqual<UnusableSession>({
      kind: 'unusable',
      reason: 'clock_skew',
    });
    expect(skews).toEqual(logged);
  });
});
