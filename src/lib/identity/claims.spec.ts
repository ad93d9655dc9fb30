import { readTimestampMs } from './claims.js';

describe('readTimestampMs', () => {
  it.each<[unknown, number]>([
    ['2027-01-15T08:00:00Z', 1_800_000_000_000],
    ['2027-01-15T09:00:00.5+01:00', 1_800_000_000_500],
    ['2027-01-15T08:00:00', NaN],
    ['tomorrow', NaN],
    [1_800_000_000, NaN],
    [undefined, NaN],
  ])('reads %p as %p', (value, ms) => {
    expect(readTimestampMs(value)).toBe(ms);
  });
});
