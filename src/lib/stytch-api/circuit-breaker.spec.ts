import { Circuit } from './circuit-breaker.js';

let nowMs = 0;
let changes: boolean[] = [];
const clock = { nowMs: () => 0, monotonicMs: () => nowMs };
const newCircuit = () => new Circuit(clock, (isOpen) => changes.push(isOpen));
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
      circuit.succeeded();
    });

    expect([circuit.isOpen, circuit.admits(), changes]).toEqual([false, true, []]);
  });

  it('opens after five failures in a row, not after four', () => {
    const circuit = newCircuit();
    times(4, () => {
      circuit.failed();
    });
    expect(circuit.isOpen).toBe(false);

    circuit.failed();

    expect([circuit.isOpen, circuit.admits(), changes]).toEqual([true, false, [true]]);
  });

  it('opens when half of twenty calls fail, however they are spread', () => {
    const circuit = newCircuit();
    times(10, () => {
      circuit.succeeded();
      circuit.failed();
    });

    expect(circuit.isOpen).toBe(true);
  });

  it('lets one call through every two seconds while it is open', () => {
    const circuit = newCircuit();
    times(5, () => {
      circuit.failed();
    });

    nowMs += 1999;
    expect(circuit.admits()).toBe(false);
    nowMs += 1;
    expect([circuit.admits(), circuit.admits()]).toEqual([true, false]);
    circuit.failed();
    nowMs += 2000;
    expect(circuit.admits()).toBe(true);
    expect(changes).toEqual([true]);
  });

  it('closes with the first call that succeeds, and counts anew', () => {
    const circuit = newCircuit();
    times(5, () => {
      circuit.failed();
    });

    circuit.succeeded();
    times(4, () => {
      circuit.failed();
    });

    expect([circuit.isOpen, circuit.admits(), changes]).toEqual([false, true, [true, false]]);
  });
});
