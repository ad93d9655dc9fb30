import { CircuitBreaker } from './circuit-breaker.js';

let nowMs = 0;
let changes: boolean[] = [];
const clock = { nowMs: () => 0, monotonicMs: () => nowMs };
const newCircuit = () => new CircuitBreaker(clock, (isOpen) => changes.push(isOpen));
const times = (n: number, act: () => void) => {
  for (let left = n; left > 0; left -= 1) act();
};
beforeEach(() => {
  nowMs = 1000;
  changes = [];
});

describe('the circuit', () => {
  it('lets everything through while calls succeed', () => {
    const circuit = newCircuit();
    times(100, () => {
      circuit.recordSuccess();
    });

    expect([circuit.isOpen, circuit.allowsCall(), changes]).toEqual([false, true, []]);
  });

  it('opens after five failures in a row, not after four', () => {
    const circuit = newCircuit();
    times(4, () => {
      circuit.recordFailure();
    });
    expect(circuit.isOpen).toBe(false);

    circuit.recordFailure();

    expect([circuit.isOpen, circuit.allowsCall(), changes]).toEqual([true, false, [true]]);
  });

  it('opens when half of twenty calls fail, however they are spread', () => {
    const circuit = newCircuit();
    times(10, () => {
      circuit.recordSuccess();
      circuit.recordFailure();
    });

    expect(circuit.isOpen).toBe(true);
  });

  it('lets one call through every two seconds while it is open', () => {
    const circuit = newCircuit();
    times(5, () => {
      circuit.recordFailure();
    });

    nowMs += 1999;
    expect(circuit.allowsCall()).toBe(false);
    nowMs += 1;
    expect([circuit.allowsCall(), circuit.allowsCall()]).toEqual([true, false]);
    circuit.recordFailure();
    nowMs += 2000;
    expect(circuit.allowsCall()).toBe(true);
    expect(changes).toEqual([true]);
  });

  it('closes with the first call that succeeds, and counts anew', () => {
    const circuit = newCircuit();
    times(5, () => {
      circuit.recordFailure();
    });

    circuit.recordSuccess();
    times(4, () => {
      circuit.recordFailure();
    });

    expect([circuit.isOpen, circuit.allowsCall(), changes]).toEqual([false, true, [true, false]]);
  });
});
