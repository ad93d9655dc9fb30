import { newRenewedSessions } from '../../../../test/support/renewed-sessions.js';
import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { MemoryDenyList } from '../deny/memory-deny-list.js';
import type { RenewedSessions } from './renewed-sessions.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';

const issuedAtSeconds = 1_800_000_000;
const sessionId = 'session-test-1';
const token = 't'.repeat(44);
const older = verifiedJwt(issuedAtSeconds);
const newer = verifiedJwt(issuedAtSeconds + 240, { startedAtSeconds: issuedAtSeconds });

describe('the renewed sessions', () => {
  let nowMs: number;
  let key: unknown;
  let denyList: MemoryDenyList;
  let renewed: RenewedSessions;
  beforeEach(() => {
    nowMs = (issuedAtSeconds + 240) * 1000;
    key = older.key;
    const options = resolvedOptions({ clock: { nowMs: () => nowMs, monotonicMs: () => nowMs } });
    denyList = new MemoryDenyList(options);
    renewed = newRenewedSessions(options, denyList, () => key);
  });

  it.each([
    ['last', [older, newer]],
    ['first', [newer, older]],
  ])('hold the newest JWT of a session if it was added %s', (_, jwts) => {
    for (const jwt of jwts) renewed.add(jwt);

    expect(renewed.get(sessionId)).toBe(newer);
  });

  it('hold nothing for another session', () => {
    renewed.add(newer);

    expect(renewed.get('session-test-2')).toBeUndefined();
  });

  it('do not return an expired JWT, except as the last of its session', () => {
    renewed.add(newer);
    nowMs += 400_000;

    expect([renewed.get(sessionId), renewed.lastOf(sessionId)]).toEqual([undefined, newer]);
  });

  it('do not return a JWT whose key was withdrawn', () => {
    renewed.add(newer);
    key = undefined;

    expect(renewed.get(sessionId)).toBeUndefined();
  });

  it('write the cookies of the newer JWT, unless the session is denied in the meantime', () => {
    const { renewed: cookies } = renewed.resultOf(newer, token);
    const isStillValid = [cookies?.isStillValid?.()];
    denyList.deny(newer.session, Infinity);
    isStillValid.push(cookies?.isStillValid?.());

    expect(cookies).toMatchObject({
      sessionJwt: newer.jwt,
      sessionToken: token,
      expiresAt: newer.session.expiresAt,
    });
    expect(isStillValid).toEqual([true, false]);
  });

  it('write no cookies for a JWT that fits no cookie', () => {
    const tooLarge = verifiedJwt(issuedAtSeconds, { jwt: 'x'.repeat(5000) });

    expect(renewed.resultOf(tooLarge, token)).toEqual({ kind: 'signed_in', verified: tooLarge });
  });
});
