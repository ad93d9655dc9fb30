import { CircuitBreaker } from './circuit-breaker.js';

let nowMs = 0;
let changes: boolean[] = [];
const clock = { nowMs: () => 0, monotonicMs: () => nowMs };
const newBreaker = () => new CircuitBreaker(clock, (isOpen) => changes.push(isOpen));
const times = (n: number, act: () => void) => {
  for (let remaining = n; remaining > 0; remaining -= 1) act();
};
/** Makes one call; does nothing if none is allowed. */
const call = (breaker: CircuitBreaker, isSuccess: boolean) => {
  breaker.beginCall()?.(isSuccess);
};
beforeEach(() => {
  nowMs = 1000;
  changes = [];
});

describe('the circuit breaker', () => {
  it('allows all calls while they succeed', () => {
    const breaker = newBreaker();
    times(100, () => {
      call(breaker, true);
    });

    expect([breaker.isOpen, breaker.allowsCall, changes]).toEqual([false, true, []]);
  });

  it('opens after five consecutive failures', () => {
    const breaker = newBreaker();
    times(4, () => {
      call(breaker, false);
    });
    expect(breaker.isOpen).toBe(false);

    call(breaker, false);

    expect([breaker.isOpen, breaker.allowsCall, breaker.beginCall(), changes]).toEqual([
      true,
      false,
      undefined,
      [true],
    ]);
  });

  it('opens if ten of the last twenty calls failed', () => {
    const breaker = newBreaker();
    times(10, () => {
      call(breaker, true);
      call(breaker, false);
    });

    expect(breaker.isOpen).toBe(true);
  });

  it('allows one probe every two seconds while it is open', () => {
    const breaker = newBreaker();
    times(5, () => {
      call(breaker, false);
    });

    nowMs += 1999;
    expect(breaker.allowsCall).toBe(false);
    nowMs += 1;
    const probe = breaker.beginCall();
    expect([typeof probe, breaker.beginCall()]).toEqual(['function', undefined]);
    probe?.(false);
    nowMs += 2000;
    expect(breaker.allowsCall).toBe(true);
    expect(changes).toEqual([true]);
  });

  it('closes after the first successful probe and resets its counts', () => {
    const breaker = newBreaker();
    times(5, () => {
      call(breaker, false);
    });

    nowMs += 2000;
    call(breaker, true);
    times(4, () => {
      call(breaker, false);
    });

    expect([breaker.isOpen, breaker.allowsCall, changes]).toEqual([false, true, [true, false]]);
  });

  it('does not close after the success of a call that began before it opened', () => {
    const breaker = newBreaker();
    const early = breaker.beginCall();
    times(5, () => {
      call(breaker, false);
    });

    early?.(true);

    expect([breaker.isOpen, changes]).toEqual([true, [true]]);
  });

  it('does not open again after failures of calls that began before it closed', () => {
    const breaker = newBreaker();
    const early = Array.from({ length: 10 }, () => breaker.beginCall());
    times(5, () => {
      call(breaker, false);
    });
    nowMs += 2000;
    call(breaker, true);

    early.forEach((record) => record?.(false));

    expect([breaker.isOpen, changes]).toEqual([false, [true, false]]);
  });
});
