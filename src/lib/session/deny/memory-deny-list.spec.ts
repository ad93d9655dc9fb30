import { MemoryDenyList } from './memory-deny-list.js';

let nowMs = 0;
/** How far the wall clock is ahead of the monotonic clock. */
let wallAheadMs = 0;
/** Each entry that is visited reads the clock. */
let clockReads = 0;
const clock = {
  nowMs: () => {
    clockReads += 1;
    return nowMs + wallAheadMs;
  },
  monotonicMs: () => nowMs,
};
const session = (n: number) => ({ sessionId: `session-test-${n}` });
const token = (n: number) => ({ tokenHash: `sha256:${n}` });
let denyList: MemoryDenyList;
beforeEach(() => {
  nowMs = 1_000_000;
  wallAheadMs = 0;
  denyList = new MemoryDenyList({ clock });
});

describe('a denied session', () => {
  it('stays denied until its last JWT has expired', () => {
    denyList.deny(session(1), nowMs + 60_000);
    nowMs += 59_999;
    denyList.deny(session(2), nowMs + 1);

    expect([session(1), session(2), session(3)].map((key) => denyList.isDenied(key))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('is removed after that, when the next session is denied', () => {
    denyList.deny(session(1), nowMs + 60_000);
    nowMs += 60_001;
    denyList.deny(session(2), nowMs + 60_000);

    expect([denyList.isDenied(session(1)), denyList.isDenied(session(2))]).toEqual([false, true]);
  });

  it('is denied for the time of the last call: shorter once Stytch has confirmed the revocation', () => {
    denyList.deny(session(1), nowMs + 3_600_000);
    denyList.deny(session(1), nowMs + 60_000);
    nowMs += 60_001;
    denyList.deny(session(2), nowMs);

    expect(denyList.isDenied(session(1))).toBe(false);
  });
});

describe('the removal of expired denials', () => {
  it('visits no more than 2,000 of 100,000 sessions at once, and all in time', () => {
    for (let n = 0; n < 100_000; n += 1) denyList.deny(session(n), nowMs + 60_000);
    nowMs += 120_000;
    const visitedAtOnce: number[] = [];
    for (let signOut = 0; signOut < 60; signOut += 1) {
      const before = clockReads;
      denyList.deny(token(signOut), nowMs + 60_000);
      visitedAtOnce.push(clockReads - before);
      nowMs += 50;
    }

    expect(Math.max(...visitedAtOnce)).toBeLessThan(2_100);
    expect([0, 50_000, 99_999].map((n) => denyList.isDenied(session(n)))).toEqual([false, false, false]);
  });
});

describe('a denied token', () => {
  it('is denied until its time and no longer', () => {
    denyList.deny(token(1), nowMs + 60_000);
    nowMs += 59_999;
    expect(denyList.isDenied(token(1))).toBe(true);
    nowMs += 1;

    expect(denyList.isDenied(token(1))).toBe(false);
  });

  it('stays denied if it is denied again for a shorter time', () => {
    denyList.deny(token(1), nowMs + 3_600_000);
    denyList.deny(token(1), nowMs + 60_000);
    nowMs += 60_001;

    expect(denyList.isDenied(token(1))).toBe(true);
  });

  it('is not confused with a session of the same text', () => {
    denyList.deny({ tokenHash: 'session-test-1' }, nowMs + 60_000);

    expect(denyList.isDenied(session(1))).toBe(false);
  });

  it('is not evicted by 100,000 others that expire earlier', () => {
    denyList.deny(token(-1), nowMs + 3_600_000);
    for (let n = 0; n < 100_000; n += 1) denyList.deny(token(n), nowMs + 60_000);

    expect([denyList.isDenied(token(-1)), denyList.isDenied(token(99_999))]).toEqual([true, true]);
    expect(denyList.isDenied(token(0))).toBe(false);
  });
});

describe.each([
  ['session', session],
  ['token', token],
])('a denied %s', (_, key) => {
  const cleanUp = () => {
    denyList.deny(session(99), nowMs);
  };

  it('stays denied after the wall clock was two hours ahead for a moment', () => {
    denyList.deny(key(1), nowMs + 120_000);
    nowMs += 60_000;
    wallAheadMs = 2 * 3_600_000;
    cleanUp();
    const whileAhead = denyList.isDenied(key(1));
    wallAheadMs = 0;

    expect([whileAhead, denyList.isDenied(key(1))]).toEqual([true, true]);
  });

  it('is denied until the wall clock says so too, after it was set back by an hour', () => {
    denyList.deny(key(1), nowMs + 60_000);
    wallAheadMs = -3_600_000;
    nowMs += 60_001;
    cleanUp();
    const whileBehind = denyList.isDenied(key(1));
    nowMs += 3_600_000;
    cleanUp();

    expect([whileBehind, denyList.isDenied(key(1))]).toEqual([true, false]);
  });
});
