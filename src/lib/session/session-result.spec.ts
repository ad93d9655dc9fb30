import { jest } from '@jest/globals';
import { refusalForResult, signedOut, unknown } from './session-result.js';

describe('signedOut', () => {
  it('does not clear the cookies by default', () => {
    expect([signedOut('session_missing'), signedOut('session_revoked', true)]).toEqual([
      { kind: 'signed_out', code: 'session_missing', shouldClearCookies: false },
      { kind: 'signed_out', code: 'session_revoked', shouldClearCookies: true },
    ]);
  });
});

describe('unknown', () => {
  it('has a retryAfterSeconds only if Stytch sent one', () => {
    expect([unknown('clock_skew'), unknown('stytch_unavailable', 0)]).toStrictEqual([
      { kind: 'unknown', code: 'clock_skew' },
      { kind: 'unknown', code: 'stytch_unavailable', retryAfterSeconds: 0 },
    ]);
  });
});

describe('refusalForResult', () => {
  it('refuses a signed-out request with 401 and without Retry-After', () => {
    expect(refusalForResult(signedOut('session_expired', true))).toStrictEqual({
      status: 401,
      code: 'session_expired',
      message: 'Your session has expired. Please sign in again.',
    });
  });

  it.each([
    ['the Retry-After of Stytch', 17, 17],
    ['a random time if Stytch sent no Retry-After', undefined, 5],
  ])('refuses a request whose session is unknown with 503 and %s', (_, received, retryAfterSeconds) => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);

    expect(refusalForResult(unknown('stytch_unavailable', received))).toStrictEqual({
      status: 503,
      code: 'stytch_unavailable',
      message: "We couldn't verify your session right now. Please try again in a moment.",
      retryAfterSeconds,
    });
    jest.restoreAllMocks();
  });
});
