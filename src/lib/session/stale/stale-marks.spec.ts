import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { newStaleMarks } from '../../../../test/support/new-stale-marks.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';
import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import type { VerifiedAccessToken } from '../verify/verified-access-token.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';
import type { Change } from './change.js';
import type { StaleMarks } from './stale-marks.js';

const startSeconds = 1_800_000_000;
const user = 'user-test-1';
const organization = 'organization-test-1';
const at = (seconds: number) => (startSeconds + seconds) * 1000;

describe('the stale marks', () => {
  let wallMs: number;
  let monotonicMs: number;
  let marks: StaleMarks;
  const pass = (seconds: number) => {
    wallMs += seconds * 1000;
    monotonicMs += seconds * 1000;
  };
  beforeEach(() => {
    [wallMs, monotonicMs] = [at(100), 5_000];
    marks = newStaleMarks(
      resolvedOptions({ clock: { nowMs: () => wallMs, monotonicMs: () => monotonicMs } }),
    );
  });
  const changed = (change: Partial<Change> = {}) =>
    marks.markEverywhere({ of: 'user', id: user, kind: 'update', atMs: at(99.5), ...change });
  const jwt = (issuedAfterSeconds: number, sessionId?: string): VerifiedJwt =>
    verifiedJwt(startSeconds + issuedAfterSeconds, sessionId === undefined ? {} : { sessionId });
  const ofMember = (issuedAfterSeconds: number, sessionId?: string): VerifiedJwt => ({
    ...jwt(issuedAfterSeconds, sessionId),
    subject: { kind: 'member', id: 'member-test-1', organizationId: organization },
  });

  it('tells when each session of an organization has to be refreshed', async () => {
    const sessions = Array.from({ length: 20 }, (_, n) => ofMember(0, `session-test-${n}`));
    expect(sessions.map((one) => marks.refreshDueInMs(one))).toEqual(sessions.map(() => Infinity));
    await changed({ of: 'organization', id: organization });
    const dueInMs = sessions.map((one) => marks.refreshDueInMs(one));
    expect([Math.min(...dueInMs) >= 0, Math.max(...dueInMs) < 60_000]).toEqual([true, true]);

    pass(30);
    expect(sessions.map((one) => marks.isStale(one))).toEqual(dueInMs.map((ms) => ms <= 30_000));
    expect(sessions.map((one) => marks.refreshDueInMs(one))).toEqual(dueInMs.map((ms) => ms - 30_000));
  });

  it('makes no JWT stale while nothing was changed', () => {
    expect([marks.isStale(jwt(0)), marks.latest]).toEqual([false, 0]);
  });

  it.each([
    ['before the change', 40, true],
    ['in the second of the change', 99, true],
    ['in the next second', 100, false],
  ])('says of a JWT that was issued %s whether it is stale', async (_, issuedAfterSeconds, expected) => {
    await changed();

    expect(marks.isStale(jwt(issuedAfterSeconds))).toBe(expected);
  });

  it('says of a JWT that was issued in the second of the change what the call for it could know', async () => {
    await changed();
    const askedAfterMark = marks.latest;

    expect(marks.isStale({ ...jwt(99), askedAfterMark })).toBe(false);
    await changed({ atMs: at(99.9) });
    expect(marks.isStale({ ...jwt(99), askedAfterMark })).toBe(true);
  });

  it('makes no JWT of somebody else stale', async () => {
    await changed({ id: 'user-test-2' });

    expect(marks.isStale(jwt(0))).toBe(false);
  });

  it('makes JWTs of a member stale when the member or the organization was changed', async () => {
    expect(marks.isStale(ofMember(0))).toBe(false);
    await changed({ of: 'member', id: 'member-test-1' });
    expect(marks.isStale(ofMember(0))).toBe(true);
  });

  it.each([
    ['repeated', 99.5],
    ['older', 60],
  ])('ignores a %s change', async (_, seconds) => {
    await changed();
    const askedAfterMark = marks.latest;
    await changed({ atMs: at(seconds) });

    expect(marks.latest).toBe(askedAfterMark);
    expect([marks.isStale(jwt(99)), marks.isStale({ ...jwt(99), askedAfterMark })]).toEqual([true, false]);
  });

  it('replaces a change by a newer one', async () => {
    await changed({ atMs: at(50) });
    await changed();

    expect(marks.isStale(jwt(80))).toBe(true);
  });

  it('takes a time in the future for the latest possible one', async () => {
    await changed({ atMs: at(100_000) });

    expect([marks.isStale(jwt(130)), marks.isStale(jwt(131))]).toEqual([true, false]);
  });

  it('ends a mark when all JWTs from before have expired on both clocks', async () => {
    await changed();
    // 15 minutes, 30 seconds of clock skew, and 60 seconds over which organizations are spread.
    monotonicMs += 990_000;
    expect(marks.isStale(jwt(0))).toBe(true);
    wallMs += 989_000;
    expect(marks.isStale(jwt(0))).toBe(true);
    wallMs += 1_000;

    expect(marks.isStale(jwt(0))).toBe(false);
  });

  it('sets no mark for a change from which no JWT can be left', async () => {
    await changed({ atMs: at(-891) });

    expect(marks.latest).toBe(0);
  });

  it('spreads the sessions of an updated organization over 60 seconds, evenly', async () => {
    const sessions = Array.from({ length: 600 }, (_, n) => ofMember(0, `member-session-test-${n}`));
    await changed({ of: 'organization', id: organization });
    const staleAfter = (seconds: number) => {
      pass(seconds);
      return sessions.filter((session) => marks.isStale(session)).length;
    };
    const counts = [0, ...Array.from({ length: 6 }, () => 10)].map(staleAfter);

    expect(counts[0]).toBeLessThan(10);
    expect(counts.at(-1)).toBe(600);
    counts.slice(1).forEach((count, n) => {
      const added = count - (counts[n] ?? 0);
      expect(added).toBeGreaterThan(60);
      expect(added).toBeLessThan(140);
    });
  });

  it('spreads the sessions of a deleted organization over no time', async () => {
    await changed({ of: 'organization', id: organization, kind: 'deletion' });

    expect(marks.isStale(ofMember(0))).toBe(true);
  });

  it('lets no later update of an organization postpone the refresh of its sessions', async () => {
    const sessions = Array.from({ length: 100 }, (_, n) => ofMember(0, `member-session-test-${n}`));
    const update = () => changed({ of: 'organization', id: organization, atMs: wallMs - 500 });
    await update();
    for (let n = 1; n <= 60; n += 1) {
      pass(5);
      await update();
      // Every session that has not been refreshed since the first update is due from the end of its 60 seconds on.
      if (n >= 12) expect(sessions.filter((session) => !marks.isStale(session))).toEqual([]);
    }
    const refreshed = sessions.map((_, n) => ofMember(400, `member-session-test-${n}`));
    expect(refreshed.filter((session) => marks.isStale(session))).toEqual([]);
    for (let n = 1; n <= 24; n += 1) {
      pass(5);
      await update();
    }
    expect(refreshed.filter((session) => !marks.isStale(session))).toEqual([]);
  });

  it('lets no update of an organization postpone its deletion', async () => {
    await changed({ of: 'organization', id: organization, kind: 'deletion' });
    for (let n = 1; n <= 3; n += 1) {
      pass(1);
      await changed({ of: 'organization', id: organization, atMs: wallMs - 500 });
      expect(marks.isStale(ofMember(0))).toBe(true);
    }
  });

  describe('for the access token of a connected app', () => {
    const token = (issuedAfterSeconds: number): VerifiedAccessToken =>
      ({
        client: { kind: 'connected_app', subject: { kind: 'user', id: user } },
        validFromSeconds: startSeconds + issuedAfterSeconds,
      }) as unknown as VerifiedAccessToken;

    it('says for a day whether its person was deleted since', async () => {
      await changed({ kind: 'deletion' });
      expect([marks.isOfDeleted(token(99)), marks.isOfDeleted(token(100))]).toEqual([true, false]);
      pass(23 * 3600);
      expect(marks.isOfDeleted(token(99))).toBe(true);
      pass(3600);

      expect(marks.isOfDeleted(token(99))).toBe(false);
    });

    it('ignores updates, before and after a deletion', async () => {
      await changed();
      expect(marks.isOfDeleted(token(0))).toBe(false);
      await changed({ kind: 'deletion', atMs: at(50) });

      expect([marks.isOfDeleted(token(50)), marks.isOfDeleted(token(51))]).toEqual([true, false]);
    });
  });

  it('removes the oldest of more than 50,000 marks, and logs it once a minute', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    for (let n = 1; n <= 50_002; n += 1) await changed({ id: `user-test-${n}` });

    expect(marks.isStale(jwt(0))).toBe(false);
    expect(marks.isStale(verifiedJwt(startSeconds, { userId: 'user-test-3' }))).toBe(true);
    expect(warn.mock.calls).toEqual([
      [
        'Webhooks reported more than 50000 changes within minutes. The oldest take effect when the JWTs of their sessions expire.',
      ],
    ]);
    warn.mockRestore();
  });
});
