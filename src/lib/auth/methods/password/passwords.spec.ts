import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { SignInMethod, StartCall } from '../../../ports/sign-in-method.js';
import type { StytchResponse } from '../../../ports/stytch-response.js';
import { passwords } from './passwords.js';

const rejected = (errorType: string): StytchResponse<never> => ({
  kind: 'rejected',
  status: 400,
  errorType,
  requestId: 'request-id-test-1',
});

/** Lets Stytch respond with this after a time. */
const callWith = (response: StytchResponse<unknown>, afterMs = 0) =>
  ({
    stytch: () =>
      new Promise((resolve) => {
        setTimeout(() => {
          resolve(response);
        }, afterMs);
      }),
    sessionParameters: { session_duration_minutes: 60 },
    callbackUrl: 'http://localhost:3000/auth/authenticate',
    codeChallenge: 'challenge',
  }) as unknown as StartCall;

const fields = { email: 'ada@example.com', password: 'a password' };

/** Runs the first step. Returns its result and when it was there, in milliseconds. */
async function startOf(method: SignInMethod | undefined, call: StartCall) {
  const startedAtMs = performance.now();
  const result = method?.start?.run(fields, call);
  await jest.runAllTimersAsync();
  return { result: await result, tookMs: Math.round(performance.now() - startedAtMs) };
}

describe('passwords()', () => {
  const [password, reset, set] = passwords();

  beforeEach(() => {
    Logger.overrideLogger(false);
    jest.useFakeTimers();
  });
  afterEach(() => {
    Logger.overrideLogger(true);
    jest.useRealTimers();
  });

  it.each([
    ['an unknown address', 'email_not_found', 5],
    ['a user without a password', 'no_user_password', 20],
    ['a wrong password', 'unauthorized_credentials', 400],
    ['a locked user', 'user_lock_limit_reached', 999],
    ['an error that is not documented', 'something_new', 800],
  ])('refuses %s after one second, whenever Stytch responds until then', async (_, errorType, afterMs) => {
    expect(await startOf(password, callWith(rejected(errorType), afterMs))).toEqual({
      result: { kind: 'refused', code: 'credentials_incorrect', field: 'password' },
      tookMs: 1000,
    });
  });

  it('refuses after two seconds if Stytch took longer than one', async () => {
    const { tookMs } = await startOf(password, callWith(rejected('unauthorized_credentials'), 1001));

    expect(tookMs).toBe(2000);
  });

  it.each([
    ['an unknown address', rejected('email_not_found'), 5],
    ['a known one', { kind: 'ok', body: {} } as const, 600],
  ])('responds to a request for a reset link to %s after one second', async (_, response, afterMs) => {
    expect(await startOf(reset, callWith(response, afterMs))).toEqual({
      result: { kind: 'sent' },
      tookMs: 1000,
    });
  });

  it('does not delay a sign-in, nor a failure of Stytch', async () => {
    const ok = { kind: 'ok', body: {} } as const;
    const unavailable = { kind: 'unavailable', reason: 'server_error' } as const;

    expect(await startOf(password, callWith(ok, 50))).toEqual({ result: ok, tookMs: 50 });
    expect(await startOf(password, callWith(unavailable, 50))).toEqual({ result: unavailable, tookMs: 50 });
  });

  it('refuses the password of another user as a factor of a session', async () => {
    const { result } = await startOf(password, callWith(rejected('user_id_mismatch')));

    expect(result).toEqual({ kind: 'refused', code: 'factor_not_added' });
  });

  it('says that a redirect URL is not registered as an error of the server', async () => {
    const { result } = await startOf(reset, callWith(rejected('invalid_password_reset_redirect_url')));

    expect(result).toEqual({ kind: 'refused', code: 'stytch_unavailable' });
  });

  it('sets a password only in a session', () => {
    expect(set?.start).toMatchObject({ requiresSession: true, isHidden: true });
  });

  it.each([
    ['resetExpiresInMinutes', 4],
    ['resetExpiresInMinutes', 10_081],
    ['resetBinding', 'either'],
    ['responseTimeMs', 0],
    ['minLength', 12],
  ])('reports the option %s with the value %j', (name, value) => {
    const [method] = passwords({ [name]: value });

    expect(method?.findProblems?.({ publicToken: undefined }).map(({ path }) => path)).toEqual([name]);
  });
});

describe('the advice about a weak password', () => {
  const call = (feedback: unknown) => {
    const responses: StytchResponse<unknown>[] = [
      rejected('weak_password'),
      feedback === undefined ? rejected('too_many_requests') : { kind: 'ok', body: { feedback } },
    ];
    return {
      stytch: () => Promise.resolve(responses.shift()),
      sessionParameters: { session_duration_minutes: 60 },
    } as unknown as StartCall;
  };
  const [, , set] = passwords();

  it.each<[string, unknown, string | undefined]>([
    [
      'zxcvbn',
      { warning: 'This is a very common password', suggestions: ['Add another word or two.'] },
      'This password is too weak. This is a very common password. Add another word or two.',
    ],
    [
      'LUDS',
      {
        warning: '',
        suggestions: [],
        luds_requirements: { missing_characters: 3, missing_complexity: 1 },
      },
      'This password is too weak. Add 3 more characters. Use 1 more of these: lower-case letters, upper-case letters, digits, symbols.',
    ],
    ['no policy', {}, undefined],
    ['Stytch while it is unavailable', undefined, undefined],
  ])('is that of %s', async (_, feedback, message) => {
    expect(await set?.start?.run(fields, call(feedback))).toEqual({
      kind: 'refused',
      code: 'password_weak',
      field: 'password',
      ...(message !== undefined && { message }),
    });
  });
});
