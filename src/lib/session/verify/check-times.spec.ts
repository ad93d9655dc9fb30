import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { judgeTimes } from './check-times.js';

const start = 1_800_000_000;
const options = (changes: { maxLifetimeMinutes?: number; clockSkewSeconds?: number } = {}) => ({
  session: {
    durationMinutes: 60,
    clockSkewSeconds: 30,
    extendOnRefresh: false,
    maxLifetimeMinutes: undefined,
    verifiedCacheMegabytes: 16,
    ...changes,
  },
});
const verdictAfter = (seconds: number, changes = {}, verified = verifiedJwt(start)) =>
  judgeTimes(verified, start + seconds, options(changes)).verdict;

describe('a verified JWT', () => {
  it.each([
    [-31, 'from_the_future'],
    [-30, 'genuine'],
    [0, 'genuine'],
    [299, 'genuine'],
    [304.9, 'genuine'],
    [305, 'expired'],
    [3599, 'expired'],
    [3600, 'ended'],
  ])('%d seconds after it was issued is %s', (seconds, verdict) => {
    expect(verdictAfter(seconds)).toBe(verdict);
  });

  it.each([
    [0, -1, 'from_the_future'],
    [0, 0, 'genuine'],
    [300, -300, 'genuine'],
    [300, -301, 'from_the_future'],
  ])('with a skew of %d seconds allowed, at %d seconds is %s', (clockSkewSeconds, seconds, verdict) => {
    expect(verdictAfter(seconds, { clockSkewSeconds })).toBe(verdict);
  });

  it('names by how much the clock is behind, from the later of iat and nbf', () => {
    const verified = { ...verifiedJwt(start), validFromSeconds: start + 60 };

    expect(judgeTimes(verified, start, options())).toEqual({ verdict: 'from_the_future', skewSeconds: 60 });
  });

  it('ends with the longest life the application allows, if that comes before the end at Stytch', () => {
    const late = verifiedJwt(start + 590, { startedAtSeconds: start });

    expect(verdictAfter(599, { maxLifetimeMinutes: 10 }, late)).toBe('genuine');
    expect(judgeTimes(late, start + 600, options({ maxLifetimeMinutes: 10 }))).toEqual({
      verdict: 'ended',
      verified: late,
      ageSeconds: 10,
      jwtIsExpired: false,
    });
    expect(verdictAfter(3600, { maxLifetimeMinutes: 600 })).toBe('ended');
  });

  it('says with an ended session whether the JWT has expired as well', () => {
    expect(judgeTimes(verifiedJwt(start), start + 4000, options())).toMatchObject({
      verdict: 'ended',
      ageSeconds: 4000,
      jwtIsExpired: true,
    });
  });
});
