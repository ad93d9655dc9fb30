import { Logger } from '@nestjs/common';
import type { Client } from 'stytch';
import type { FinishCall, SignInMethod, StartCall } from '../../../ports/sign-in-method.js';
import type { StytchResponse } from '../../../ports/stytch-response.js';
import { silence } from '../../../../../test/support/silence.js';
import { emailOtp, smsOtp, whatsappOtp } from './otps.js';

/** What a step sent to Stytch: the name of the call, its settings, and the SDK's method with its parameters. */
type Sent = unknown[];

/** Calls of a step to a client that records them, and to which Stytch responds like this. */
function callWith(response: StytchResponse<object>, sessionJwt?: string) {
  const sent: Sent[] = [];
  const record = (method: string) => (parameters: object) => {
    sent.push([method, parameters]);
    return Promise.resolve({});
  };
  const channel = (name: string) => ({
    send: record(`${name}.send`),
    loginOrCreate: record(`${name}.loginOrCreate`),
  });
  const client = {
    otps: {
      email: channel('email'),
      sms: channel('sms'),
      whatsapp: channel('whatsapp'),
      authenticate: record('authenticate'),
    },
  } as unknown as Client;
  const call = {
    stytch: async (operation: string, send: (client: Client) => Promise<unknown>, settings: unknown) => {
      await send(client);
      sent.push([operation, settings]);
      return response;
    },
    sessionParameters: {
      session_duration_minutes: 60,
      ...(sessionJwt !== undefined && { session_jwt: sessionJwt }),
    },
    projectId: 'project-live-5f0d9c1e-0000-4000-8000-000000000001',
    sealed: 'email-live-1',
  } as unknown as StartCall & FinishCall;
  return { call, sent };
}

const rejected = (errorType: string, status = 400) =>
  ({ kind: 'rejected', status, errorType, requestId: 'request-id-live-1' }) as const;
const unavailable = { kind: 'unavailable', reason: 'rate_limited', retryAfterSeconds: 7 } as const;

const methods: Record<string, [allow: SignInMethod, deny: SignInMethod]> = {
  email: [emailOtp(), emailOtp({ signUp: 'deny', expiresInMinutes: 3 })],
  sms: [smsOtp({ countries: ['US'] }), smsOtp({ countries: ['US'], signUp: 'deny', expiresInMinutes: 3 })],
  whatsapp: [whatsappOtp(), whatsappOtp({ signUp: 'deny', expiresInMinutes: 3 })],
};
const recipients = {
  email: { email: 'ada@example.com' },
  sms: { phone_number: '+14155550123' },
  whatsapp: { phone_number: '+14155550123' },
};
type Channel = keyof typeof recipients;
const channels = Object.keys(recipients) as Channel[];
const responseOf = (channel: Channel) =>
  ({
    kind: 'ok',
    body: channel === 'email' ? { email_id: 'email-live-1' } : { phone_id: 'phone-1' },
  }) as const;
const start = (method: SignInMethod, channel: Channel, call: StartCall) =>
  method.start?.run(recipients[channel], call);
const finish = (method: SignInMethod, call: FinishCall) => method.finish?.run({ code: '123456' }, call);

beforeEach(() => {
  Logger.overrideLogger(silence);
});

describe('the methods of one-time passcodes', () => {
  it('have names, forms and lifetimes', () => {
    const code = { fields: [{ name: 'code', type: 'code', label: 'Code' }], button: 'Sign in' };
    const email = { name: 'email', type: 'email', label: 'Email address' };
    const phone = { name: 'phone_number', type: 'phone', label: 'Phone number' };

    expect([
      emailOtp(),
      smsOtp({ countries: ['US', 'CA'] }),
      whatsappOtp({ expiresInMinutes: 2 }),
    ]).toMatchObject([
      {
        name: 'email-otp',
        expiresInMinutes: 10,
        start: { fields: [email], button: 'Email me a code' },
        finish: code,
      },
      {
        name: 'sms-otp',
        expiresInMinutes: 10,
        start: { fields: [{ ...phone, countries: ['US', 'CA'] }], button: 'Text me a code' },
        finish: code,
      },
      {
        name: 'whatsapp-otp',
        expiresInMinutes: 2,
        start: { fields: [phone], button: 'Send me a code on WhatsApp' },
        finish: code,
      },
    ]);
  });

  it.each<[string, SignInMethod, string[]]>([
    ['emailOtp() without options', emailOtp(), []],
    ['smsOtp() with countries', smsOtp({ countries: ['US', 'GB', 'XK'] }), []],
    ['smsOtp() without options', (smsOtp as () => SignInMethod)(), ['countries']],
    ['smsOtp() without countries', smsOtp({ countries: [] }), ['countries']],
    ['smsOtp() with UK instead of GB', smsOtp({ countries: ['UK'] }), ['countries']],
    ['smsOtp() with a union of countries', smsOtp({ countries: ['EU'] }), ['countries']],
    ['smsOtp() with a country in lower case', smsOtp({ countries: ['us'] }), ['countries']],
    ['smsOtp() with the code of no country', smsOtp({ countries: ['QQ'] }), ['countries']],
    ['smsOtp() with a single country', smsOtp({ countries: 'US' as never }), ['countries']],
    ['whatsappOtp() with a three-letter code', whatsappOtp({ countries: ['USA'] }), ['countries']],
    ['emailOtp() with a lifetime of 11 minutes', emailOtp({ expiresInMinutes: 11 }), ['expiresInMinutes']],
    ['emailOtp() with another word for signUp', emailOtp({ signUp: 'no' as never }), ['signUp']],
    ['emailOtp() with an unknown option', emailOtp({ countries: ['US'] } as never), ['countries']],
  ])('finds the problems of %s', (_, method, paths) => {
    const problems = method.findProblems?.({ publicToken: undefined }) ?? [];

    expect(problems.map(({ path }) => path)).toEqual(paths);
  });
});

describe('starting a sign-in with a one-time passcode', () => {
  it.each(channels)(
    'has Stytch send a code by %s, also to a new account, and seals its method_id',
    async (channel) => {
      const { call, sent } = callWith(responseOf(channel));

      const result = await start(methods[channel]![0], channel, call);

      expect(result).toEqual({ kind: 'sent', sealed: channel === 'email' ? 'email-live-1' : 'phone-1' });
      expect(sent).toEqual([
        [`${channel}.loginOrCreate`, { ...recipients[channel], expiration_minutes: 10 }],
        [`otps/${channel}/login_or_create`, { isLimitedPerAddress: true }],
      ]);
    },
  );

  it.each(channels)(
    'sends codes by %s only to accounts that exist if nobody may sign up',
    async (channel) => {
      const { call, sent } = callWith(responseOf(channel));

      await start(methods[channel]![1], channel, call);

      expect(sent).toEqual([
        [`${channel}.send`, { ...recipients[channel], expiration_minutes: 3 }],
        [`otps/${channel}/send`, { isLimitedPerAddress: true }],
      ]);
    },
  );

  it('creates no account when a factor is added, and adds the address to none', async () => {
    const { call, sent } = callWith(responseOf('email'), 'jwt-of-ada');

    await start(emailOtp(), 'email', call);

    expect(sent[0]).toEqual(['email.send', { email: 'ada@example.com', expiration_minutes: 10 }]);
  });

  it.each<[Channel, string, RegExp]>([
    ['email', 'email_not_found', /^email-live-[0-9a-f-]{36}$/],
    ['email', 'inactive_email', /^email-live-[0-9a-f-]{36}$/],
    ['email', 'email_in_denylist', /^email-live-[0-9a-f-]{36}$/],
    ['email', 'an_error_type_of_the_future', /^email-live-[0-9a-f-]{36}$/],
    ['sms', 'phone_number_not_found', /^phone-number-live-[0-9a-f-]{36}$/],
    ['sms', 'unsubscribed_phone_number', /^phone-number-live-[0-9a-f-]{36}$/],
    ['whatsapp', 'downstream_carrier_error', /^phone-number-live-[0-9a-f-]{36}$/],
  ])('responds by %s as if a code was sent after %s, with a made-up method_id', async (channel, type, id) => {
    const made: unknown[] = [];
    for (const method of [...methods[channel]!, methods[channel]![1]])
      made.push(await start(method, channel, callWith(rejected(type)).call));

    expect(made).toEqual(Array(3).fill({ kind: 'sent', sealed: expect.stringMatching(id) as unknown }));
    expect(new Set(made.map((result) => (result as { sealed: string }).sealed)).size).toBe(3);
  });

  it.each<[Channel, string, string]>([
    ['email', 'invalid_email', 'email_invalid'],
    ['sms', 'invalid_phone_number', 'phone_invalid'],
    ['sms', 'invalid_phone_number_country_code', 'phone_country_refused'],
  ])('reports a problem of the field by %s after %s', async (channel, type, code) => {
    const result = await start(methods[channel]![0], channel, callWith(rejected(type)).call);

    expect(result).toEqual({ kind: 'refused', code, field: Object.keys(recipients[channel])[0] });
  });

  it.each(['country_code_allowlist_empty', 'billing_not_verified_for_email', 'captcha_required'])(
    'responds stytch_unavailable after %s, and logs one error',
    async (type) => {
      const lines: string[] = [];
      Logger.overrideLogger({ ...silence, error: (line: string) => void lines.push(line) });
      const method = smsOtp({ countries: ['US'] });

      const results = [];
      for (let n = 0; n < 3; n += 1) results.push(await start(method, 'sms', callWith(rejected(type)).call));

      expect(results).toEqual(Array(3).fill({ kind: 'refused', code: 'stytch_unavailable' }));
      expect(lines).toEqual([`Stytch can't send codes (otps/sms: ${type}). Check the project's settings.`]);
    },
  );

  it('passes on that Stytch is unavailable', async () => {
    expect(await start(emailOtp(), 'email', callWith(unavailable).call)).toEqual(unavailable);
  });
});

describe('completing a sign-in with a one-time passcode', () => {
  it('has Stytch check the code with what start sealed, for a session of the configured length', async () => {
    const { call, sent } = callWith({ kind: 'ok', body: { session_jwt: 'jwt' } });

    expect(await finish(emailOtp(), call)).toEqual({ kind: 'ok', body: { session_jwt: 'jwt' } });
    expect(sent).toEqual([
      ['authenticate', { method_id: 'email-live-1', code: '123456', session_duration_minutes: 60 }],
      ['otps/authenticate', { isLimitedPerAddress: true }],
    ]);
  });

  it('sends the session that a factor is added to', async () => {
    const { call, sent } = callWith({ kind: 'ok', body: {} }, 'jwt-of-ada');

    await finish(emailOtp(), call);

    expect(sent[0]).toEqual([
      'authenticate',
      { method_id: 'email-live-1', code: '123456', session_duration_minutes: 60, session_jwt: 'jwt-of-ada' },
    ]);
  });

  const incorrect = { kind: 'refused', code: 'code_incorrect', field: 'code' };

  it.each<[string, object, object, object]>([
    ['otp_code_not_found', incorrect, incorrect, incorrect],
    ['unable_to_auth_otp_code', incorrect, incorrect, incorrect],
    ['invalid_code', incorrect, incorrect, incorrect],
    ['invalid_method_id', incorrect, incorrect, incorrect],
    ['an_error_type_of_the_future', incorrect, incorrect, incorrect],
    ['user_lock_limit_reached', { kind: 'refused', code: 'rate_limited' }, incorrect, incorrect],
    ['user_id_mismatch', incorrect, incorrect, { kind: 'refused', code: 'factor_not_added' }],
    ['session_not_found', incorrect, incorrect, { kind: 'refused', code: 'factor_not_added' }],
    [
      'invalid_session_duration_minutes',
      ...(Array(3).fill({ kind: 'refused', code: 'stytch_unavailable' }) as [object, object, object]),
    ],
  ])(
    'refuses a code after %s, without telling whether the account exists if nobody may sign up',
    async (type, allow, deny, adding) => {
      expect([
        await finish(emailOtp(), callWith(rejected(type)).call),
        await finish(emailOtp({ signUp: 'deny' }), callWith(rejected(type)).call),
        await finish(emailOtp(), callWith(rejected(type), 'jwt-of-ada').call),
      ]).toEqual([allow, deny, adding]);
    },
  );

  it('passes on that Stytch is unavailable', async () => {
    expect(await finish(emailOtp(), callWith(unavailable).call)).toEqual(unavailable);
  });

  it('calls nobody if start sealed nothing', async () => {
    const { call, sent } = callWith(rejected('invalid_method_id'));

    expect(await finish(emailOtp(), { ...call, sealed: undefined })).toEqual({
      kind: 'refused',
      code: 'sign_in_not_started',
    });
    expect(sent).toEqual([]);
  });
});
