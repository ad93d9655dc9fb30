import { CircuitBreaker } from './circuit-breaker.js';

let nowMs = 0;
let changes: boolean[] = [];
const clock = { nowMs: () => 0, monotonicMs: () => nowMs };
const newBreaker = () => new CircuitBreaker(clock, (isOpen) => changes.push(isOpen));
const times = (n: number, act: () => void) => {
  for (let remaining = n; remaining > 0; remaining -= 1) act();
};
beforeEach(() => {
  nowMs = 1000;
  changes = [];
});

describe('the circuit breaker', () => {
  it('allows all calls while they succeed', () => {
    const breaker = newBreaker();
    times(100, () => {
      breaker.recordSuccess();
    });

    expect([breaker.isOpen, breaker.allowsCall(), changes]).toEqual([false, true, []]);
  });

  it('opens after five consecutive failures', () => {
    const breaker = newBreaker();
    times(4, () => {
      breaker.recordFailure();
    });
    expect(breaker.isOpen).toBe(false);

    breaker.recordFailure();

    expect([breaker.isOpen, breaker.allowsCall(), changes]).toEqual([true, false, [true]]);
  });

  it('opens if ten of the last twenty calls failed', () => {
    const breaker = newBreaker();
    times(10, () => {
      breaker.recordSuccess();
      breaker.recordFailure();
    });

    expect(breaker.isOpen).toBe(true);
  });

  it('allows one probe every two seconds while it is open', () => {
    const breaker = newBreaker();
    times(5, () => {
      breaker.recordFailure();
    });

    nowMs += 1999;
    expect(breaker.allowsCall()).toBe(false);
    nowMs += 1;
    expect([breaker.allowsCall(), breaker.allowsCall()]).toEqual([true, false]);
    breaker.recordFailure();
    nowMs += 2000;
    expect(breaker.allowsCall()).toBe(true);
    expect(changes).toEqual([true]);
  });

  it('closes after the first successful call and resets its counts', () => {
    const breaker = newBreaker();
    times(5, () => {
      breaker.recordFailure();
    });

    breaker.recordSuccess();
    times(4, () => {
      breaker.recordFailure();
    });

    expect([breaker.isOpen, breaker.allowsCall(), changes]).toEqual([false, true, [true, false]]);
  });
});
