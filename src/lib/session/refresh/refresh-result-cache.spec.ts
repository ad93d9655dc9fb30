import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { KeptOutcomes } from './refresh-result-cache.js';
import { cannotTell, signedOut, type SignedIn } from '../session-result.js';

let nowMs = 0;
const clock = { nowMs: () => 0, monotonicMs: () => nowMs };
const signedIn: SignedIn = { kind: 'signed_in', verified: verifiedJwt(1000) };
const keep = (how: { isCarried?: boolean; isEverCarried?: boolean; livesForMs?: number }) => {
  const kept = new KeptOutcomes(clock);
  kept.keepSignedIn('key', signedIn, { livesForMs: 300_000, isCarried: false, isEverCarried: true, ...how });
  return kept;
};
/** Whether it is still there so many milliseconds later, without carrying it out. */
const isThereAfter = (kept: KeptOutcomes, ms: number) => {
  nowMs += ms;
  return kept.peek('key') !== undefined;
};
beforeEach(() => {
  nowMs = 5000;
});

describe('an outcome', () => {
  it('nobody asked for is none', () => {
    expect(new KeptOutcomes(clock).take('key')).toBeUndefined();
  });

  it('somebody waited for serves the stragglers of two seconds', () => {
    const kept = keep({ isCarried: true });

    expect(kept.take('key')).toBe(signedIn);
    expect([isThereAfter(kept, 1999), isThereAfter(kept, 1)]).toEqual([true, false]);
  });

  it('fetched ahead is kept until it expires', () => {
    const kept = keep({});

    expect([isThereAfter(kept, 299_999), isThereAfter(kept, 1)]).toEqual([true, false]);
  });

  it('fetched ahead stays for two seconds after it was carried out', () => {
    const kept = keep({});
    isThereAfter(kept, 100_000);
    expect(kept.take('key')).toBe(signedIn);

    expect([isThereAfter(kept, 1999), isThereAfter(kept, 1)]).toEqual([true, false]);
  });

  it('is not kept longer by being taken again and again', () => {
    const kept = keep({});
    kept.take('key');
    nowMs += 1500;
    kept.take('key');

    expect(isThereAfter(kept, 500)).toBe(false);
  });

  it('that no cookie can hold is kept for its life, however often it is taken', () => {
    const kept = keep({ isEverCarried: false });
    kept.take('key');
    kept.take('key');

    expect([isThereAfter(kept, 299_999), isThereAfter(kept, 1)]).toEqual([true, false]);
  });

  it('never outlives its JWT', () => {
    expect(isThereAfter(keep({ isCarried: true, livesForMs: 1000 }), 1000)).toBe(false);
  });

  it.each([
    [undefined, 2000],
    [1, 2000],
    [7, 7000],
    [3600, 60_000],
  ])('that is a failure with Retry-After %p is kept for %d ms', (retryAfterSeconds, ms) => {
    const kept = new KeptOutcomes(clock);
    kept.keepFailure('key', cannotTell('stytch_unavailable', retryAfterSeconds));

    expect([isThereAfter(kept, ms - 1), isThereAfter(kept, 1)]).toEqual([true, false]);
  });

  it('that is a definitive no is kept for a minute', () => {
    const kept = new KeptOutcomes(clock);
    kept.keepDefinitiveNo('key', signedOut('session_revoked', true));

    expect([isThereAfter(kept, 59_999), isThereAfter(kept, 1)]).toEqual([true, false]);
  });

  it('is replaced by a later one', () => {
    const kept = keep({});
    const no = signedOut('session_revoked', true);
    kept.keepDefinitiveNo('key', no);

    expect(kept.take('key')).toBe(no);
  });

  it('is not pushed out by one session that fails over and over', () => {
    const kept = keep({});
    for (let n = 0; n < 20_000; n += 1) kept.keepFailure('other', cannotTell('stytch_unavailable'));

    expect(kept.peek('key')).toBe(signedIn);
  });
});
