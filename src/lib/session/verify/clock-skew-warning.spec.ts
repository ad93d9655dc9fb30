import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { ClockSkewWarning } from './clock-skew-warning.js';

const behind =
  "A genuine JWT was issued 91 seconds in the future: the server's clock is behind. Requests get 503 until the clock is synchronized.";
const ahead =
  "A session JWT that Stytch just issued is 400 seconds old: the server's clock is ahead. Requests get 503 until the clock is synchronized.";

const untrusted = (direction: string) =>
  `The server's clock is ${direction}: it differs by 7200 seconds from the time of Stytch's last response ` +
  "plus the time since. Requests get 503 until it is synchronized, or until Stytch's next response confirms it.";

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

  it.each([
    ['ahead', 7199.6],
    ['behind', -7199.6],
  ])('says that an untrusted clock is %s, with the difference in seconds', (direction, aheadSeconds) => {
    warning.logUntrusted(aheadSeconds);

    expect(error.mock.calls).toEqual([[untrusted(direction)]]);
  });

  it('is logged at most once per minute, for either reason', () => {
    const counts = [0, 1, 59_998, 1, 59_999, 1].map((pauseMs, n) => {
      elapsedMs += pauseMs;
      if (n % 2 === 0) warning.log(91);
      else warning.logUntrusted(91);
      return error.mock.calls.length;
    });

    expect(counts).toEqual([1, 1, 1, 2, 2, 3]);
  });
});
