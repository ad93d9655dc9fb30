import { momentAtSecond, verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { resolveSessionOptions } from '../../options/session.options.js';
import { checkTimes } from './check-times.js';

const start = 1_800_000_000;
const options = (changes: { maxLifetimeMinutes?: number; clockSkewSeconds?: number } = {}) => ({
  session: resolveSessionOptions(changes),
});
const kindAfter = (seconds: number, changes = {}, verified = verifiedJwt(start)) =>
  checkTimes(verified, momentAtSecond(start + seconds), options(changes)).kind;

describe('checkTimes', () => {
  it.each([
    [-31, 'issued_in_future'],
    [-30, 'valid'],
    [0, 'valid'],
    [299, 'valid'],
    [304.9, 'valid'],
    [305, 'expired'],
    [3599, 'expired'],
    [3600, 'session_expired'],
  ])('%d seconds after a JWT was issued returns %s', (seconds, kind) => {
    expect(kindAfter(seconds)).toBe(kind);
  });

  it.each([
    [0, -1, 'issued_in_future'],
    [0, 0, 'valid'],
    [300, -300, 'valid'],
    [300, -301, 'issued_in_future'],
  ])(
    'with clockSkewSeconds %d, %d seconds after a JWT was issued, returns %s',
    (clockSkewSeconds, seconds, kind) => {
      expect(kindAfter(seconds, { clockSkewSeconds })).toBe(kind);
    },
  );

  it('returns the clock skew relative to the later of iat and nbf', () => {
    const verified = { ...verifiedJwt(start), validFromSeconds: start + 60 };

    expect(checkTimes(verified, momentAtSecond(start), options())).toEqual({
      kind: 'issued_in_future',
      verified,
      skewSeconds: 60,
    });
  });

  it('returns session_expired after maxLifetimeMinutes, even if the session is still active at Stytch', () => {
    const late = verifiedJwt(start + 590, { startedAtSeconds: start });

    expect(kindAfter(599, { maxLifetimeMinutes: 10 }, late)).toBe('valid');
    expect(checkTimes(late, momentAtSecond(start + 600), options({ maxLifetimeMinutes: 10 }))).toEqual({
      kind: 'session_expired',
      verified: late,
      ageSeconds: 10,
      jwtIsExpired: false,
    });
    expect(kindAfter(3600, { maxLifetimeMinutes: 600 })).toBe('session_expired');
  });

  it('returns with an expired session whether the JWT has expired too', () => {
    expect(checkTimes(verifiedJwt(start), momentAtSecond(start + 4000), options())).toMatchObject({
      kind: 'session_expired',
      ageSeconds: 4000,
      jwtIsExpired: true,
    });
  });
});
