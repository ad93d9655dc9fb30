import { agoInWords, inWords } from './time-in-words.js';

describe('a length of time in words', () => {
  it.each([
    [0, 'less than a minute'],
    [59, 'less than a minute'],
    [60, '1 minute'],
    [119 * 60 + 59, '119 minutes'],
    [120 * 60, '2 hours'],
    [48 * 3600 - 1, '47 hours'],
    [48 * 3600, '2 days'],
  ])('is rounded down: %i seconds are %s', (seconds, words) => {
    expect(inWords(seconds)).toBe(words);
  });

  it('ago, is just now for the better part of a minute', () => {
    expect(agoInWords(44)).toBe('just now');
    expect(agoInWords(-5)).toBe('just now');
    expect(agoInWords(60)).toBe('1 minute ago');
  });
});
