import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { ClockSkewWarning } from './clock-skew-warning.js';

const behind =
  "A genuine session JWT was issued 91 seconds in the future: the server's clock is behind. Requests get 503 until the clock is synchronized.";
const ahead =
  "A session JWT that Stytch just issued is 400 seconds old: the server's clock is ahead. Requests get 503 until the clock is synchronized.";

describe('the clock skew warning', () => {
  let elapsedMs: number;
  let warning: ClockSkewWarning;
  const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  beforeEach(() => {
    error.mockClear();
    elapsedMs = 0;
    warning = new ClockSkewWarning({ clock: { nowMs: () => 0, monotonicMs: () => elapsedMs } });
  });
  afterAll(() => {
    error.mockRestore();
  });

  it.each([
    ["that the server's clock is behind if Stytch's is ahead", 90.6, behind],
    ["that the server's clock is ahead if Stytch's is behind", -400.4, ahead],
  ])('says %s, with the difference in seconds', (_, skewSeconds, message) => {
    warning.log(skewSeconds);

    expect(error.mock.calls).toEqual([[message]]);
  });

  it('is logged at most once per minute', () => {
    const counts = [0, 1, 59_998, 1, 59_999, 1].map((pauseMs) => {
      elapsedMs += pauseMs;
      warning.log(91);
      return error.mock.calls.length;
    });

    expect(counts).toEqual([1, 1, 1, 2, 2, 3]);
  });
});
