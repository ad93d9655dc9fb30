import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { SessionApi } from '../../ports/session-api.js';
import { MemoryDenyList } from '../deny/memory-deny-list.js';
import { signedOut, unknown } from '../session-result.js';
import { TrustedClock } from '../verify/trusted-clock.js';
import { OutageGrace } from './outage-grace.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';

const expired = verifiedJwt(1_800_000_000);
const unavailable = unknown('stytch_unavailable');

function graceWith({ graceSeconds = 600, isDown = true, expiredForSeconds = 60, steppedSeconds = 0 } = {}) {
  let aheadSeconds = 0;
  const options = resolvedOptions({
    outage: { graceSeconds },
    clock: {
      nowMs: () => (expired.expiresAtSeconds + expiredForSeconds + aheadSeconds) * 1000,
      monotonicMs: () => 0,
    },
  });
  const api = Object.assign(Object.create(SessionApi.prototype) as SessionApi, { isDown });
  const denyList = new MemoryDenyList(options);
  const grace = new OutageGrace(api, denyList, new TrustedClock(options), options);
  aheadSeconds = steppedSeconds;
  return { denyList, grace };
}

describe('the grace period during an outage', () => {
  it('accepts a recently expired JWT and marks its session as unconfirmed', () => {
    expect(graceWith().grace.apply(unavailable, expired)).toEqual({
      kind: 'signed_in',
      verified: { ...expired, session: { ...expired.session, unconfirmed: true } },
    });
  });

  it.each([
    ['it is not configured', { graceSeconds: 0 }],
    ['Stytch is available', { isDown: false }],
    ['the JWT expired earlier', { expiredForSeconds: 601 }],
    ['the clock was set back by an hour', { expiredForSeconds: 3900, steppedSeconds: -3600 }],
  ])('does not apply if %s', (_, settings) => {
    expect(graceWith(settings).grace.apply(unavailable, expired)).toBe(unavailable);
  });

  it('does not apply to a denied session', () => {
    const { grace, denyList } = graceWith();
    denyList.deny(expired.session, Infinity);

    expect(grace.apply(unavailable, expired)).toBe(unavailable);
  });

  it('does not change a definitive result', () => {
    const revoked = signedOut('session_revoked', true);

    expect(graceWith().grace.apply(revoked, expired)).toBe(revoked);
  });
});
