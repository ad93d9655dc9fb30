import { formatAge, formatDuration, formatShortAge } from './format-duration.js';

describe('formatDuration', () => {
  it.each([
    [0, 'less than a minute'],
    [59, 'less than a minute'],
    [60, '1 minute'],
    [119 * 60 + 59, '119 minutes'],
    [120 * 60, '2 hours'],
    [48 * 3600 - 1, '47 hours'],
    [48 * 3600, '2 days'],
  ])('rounds %i seconds down to "%s"', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe('formatShortAge', () => {
  it.each([
    [-5, 'now'],
    [50, '1 min'],
    [59 * 60, '59 min'],
    [23 * 3600, '23 h'],
    [24 * 3600, '1 d'],
  ])('formats an age of %i seconds as "%s"', (seconds, text) => {
    expect(formatShortAge(seconds)).toBe(text);
  });
});

describe('formatAge', () => {
  it.each([
    [-5, 'just now'],
    [44, 'just now'],
    [60, '1 minute ago'],
  ])('formats an age of %i seconds as "%s"', (seconds, text) => {
    expect(formatAge(seconds)).toBe(text);
  });
});
