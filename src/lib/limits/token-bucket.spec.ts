import { Budget } from './token-bucket.js';

let nowMs = 0;
const clock = { nowMs: () => 0, monotonicMs: () => nowMs };
const taken = (budget: Budget, attempts: number) =>
  Array.from({ length: attempts }, () => budget.take()).filter(Boolean).length;
beforeEach(() => {
  nowMs = 1000;
});

describe('a budget of ten a second', () => {
  it('has ten from the start, and no more', () => {
    expect(taken(new Budget(10, clock), 50)).toBe(10);
  });

  it('gets one back every tenth of a second', () => {
    const budget = new Budget(10, clock);
    taken(budget, 50);

    const got = [100, 200, 50, 50].map((ms) => {
      nowMs += ms;
      return taken(budget, 50);
    });

    expect(got).toEqual([1, 2, 0, 1]);
  });

  it('saves nothing up: after an hour it is ten again', () => {
    const budget = new Budget(10, clock);
    taken(budget, 50);
    nowMs += 3_600_000;

    expect(taken(budget, 50)).toBe(10);
  });

  it('loses nothing by being asked often', () => {
    const budget = new Budget(10, clock);
    taken(budget, 50);
    let got = 0;
    for (let ms = 0; ms < 1000; ms += 1) {
      nowMs += 1;
      got += taken(budget, 1);
    }

    expect(got).toBeGreaterThanOrEqual(9);
    expect(got).toBeLessThanOrEqual(10);
  });
});
