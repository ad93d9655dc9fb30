import { BoundedNotices } from './bounded-notices.js';

const signOut = (n: number) => ({ key: `session session-test-${n}`, untilMs: 1_000 });
const change = (n: number) => ({ key: `stale user update user-test-${n} 1`, untilMs: 1_000 });

describe('bounded notices', () => {
  it('hold 10,000 sign-outs and as many changes, and drop the oldest of the same kind', () => {
    const notices = new BoundedNotices();
    notices.add(signOut(0));
    const areAdded = Array.from({ length: 10_001 }, (_, n) => notices.add(change(n)));

    expect(areAdded.lastIndexOf(false)).toBe(10_000);
    expect(areAdded.indexOf(false)).toBe(10_000);
    expect([notices.has(signOut(0)), notices.has(change(0)), notices.has(change(1))]).toEqual([
      true,
      false,
      true,
    ]);
    for (let n = 1; n <= 10_000; n += 1) notices.add(signOut(n));
    expect([notices.has(signOut(0)), notices.has(signOut(1))]).toEqual([false, true]);
  });

  it('return sign-outs first, also those that were added after changes', () => {
    const notices = new BoundedNotices();
    for (const notice of [change(1), signOut(1), signOut(2)]) notices.add(notice);

    expect(notices.oldest(2, 0)).toEqual([signOut(1), signOut(2)]);
    expect(notices.oldest(Infinity, 0)).toEqual([signOut(1), signOut(2), change(1)]);
    expect(notices.oldest(Infinity, 1_000)).toEqual([]);
  });
});
