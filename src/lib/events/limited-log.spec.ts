import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { LimitedLog } from './limited-log.js';

describe('a limited log', () => {
  let elapsedMs: number;
  let log: LimitedLog;
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const lines = () => warn.mock.calls.map(([line]) => line as string);
  beforeEach(() => {
    warn.mockClear();
    elapsedMs = 0;
    log = new LimitedLog({ nowMs: () => 0, monotonicMs: () => elapsedMs });
  });
  afterAll(() => {
    warn.mockRestore();
  });

  it('logs a message once a minute, with the number of repetitions in between', () => {
    for (const pauseMs of [0, 1, 59_998, 1, 60_000]) {
      elapsedMs += pauseMs;
      log.log('warn', 'A call failed.');
    }

    expect(lines()).toEqual([
      'A call failed.',
      'A call failed. Repeated 2 times since then.',
      'A call failed.',
    ]);
  });

  it('counts different messages separately, and those about one topic together', () => {
    for (const message of ['A call failed.', 'Another call failed.']) log.log('warn', message);
    for (const message of ['The clock is 1 s ahead.', 'The clock is 2 s ahead.'])
      log.log('warn', message, 'clock');
    elapsedMs = 60_000;
    log.log('warn', 'The clock is 3 s ahead.', 'clock');

    expect(lines()).toEqual([
      'A call failed.',
      'Another call failed.',
      'The clock is 1 s ahead.',
      'The clock is 3 s ahead. Repeated 1 times since then.',
    ]);
  });

  it('forgets all topics before it knows more than 100', () => {
    for (let n = 0; n < 101; n += 1) log.log('warn', `Failure ${n}`);
    log.log('warn', 'Failure 0');
    log.log('warn', 'Failure 100');

    expect(lines().slice(-2)).toEqual(['Failure 100', 'Failure 0']);
  });
});
