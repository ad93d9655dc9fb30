import { DueTimes } from './due-times.js';

describe('DueTimes', () => {
  it('takes what is due in its order, however it was added', () => {
    const due = new DueTimes<number>();
    // All numbers below 1009, which is prime, in an order that is not sorted.
    const times = Array.from({ length: 1009 }, (_, at) => (at * 571) % 1009);
    for (const time of times) due.add(time, time);

    expect(due.takeDue(499)).toEqual(Array.from({ length: 500 }, (_, at) => at));
    expect(due.size).toBe(509);
    due.add(3, 3);
    expect(due.takeDue(500)).toEqual([3, 500]);
    expect(due.takeDue(Infinity)).toEqual(Array.from({ length: 508 }, (_, at) => at + 501));
    expect([due.size, due.takeDue(Infinity)]).toEqual([0, []]);
  });
});
