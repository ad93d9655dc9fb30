import { formatAge, formatDuration } from './format-duration.js';

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

describe('formatAge', () => {
  it.each([
    [-5, 'just now'],
    [44, 'just now'],
    [60, '1 minute ago'],
  ])('formats an age of %i seconds as "%s"', (seconds, text) => {
    expect(formatAge(seconds)).toBe(text);
  });
});
