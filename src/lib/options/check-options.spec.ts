import { StytchOptionsError } from '../errors/stytch-options.error.js';
import { checkOptions } from './check-options.js';

const id = '5f0d9c1e-0000-4000-8000-000000000001';
const validOptions = {
  projectId: `project-test-${id}`,
  secret: 'secret-test-of-these-specs=',
  appUrl: 'https://app.example.com',
};
const live = { projectId: `project-live-${id}`, secret: 'secret-live-of-these-specs=' };

const invalidPaths = (options: unknown, staticOptions: unknown = {}) =>
  checkOptions(options, staticOptions).map(({ path }) => path);

describe('checkOptions', () => {
  it.each<[string, object]>([
    ['the required options only', {}],
    ['a loopback application', { appUrl: 'http://localhost:3000' }],
    ['a loopback application by address', { appUrl: 'http://127.0.0.1:3000' }],
    ['a loopback application by IPv6', { appUrl: 'http://[::1]:3000' }],
    ['a trailing slash', { appUrl: 'https://app.example.com/' }],
    ['a live project', live],
    ['a custom domain', { ...live, apiUrl: 'https://login.example.com' }],
    ['an emulator', { apiUrl: 'http://127.0.0.1:4400' }],
    [
      'an emulator in another container',
      { apiUrl: 'http://emulator:4400', allowInsecureApiHost: 'Emulator' },
    ],
    [
      'undefined for optional values',
      { apiUrl: undefined, session: undefined, cookies: { domain: undefined } },
    ],
    ['the longest session', { session: { durationMinutes: 527_040 } }],
    ['a parent domain', { cookies: { domain: 'example.com' } }],
    ['SameSite=None over https', { cookies: { sameSite: 'none' } }],
    ['the __Host- prefix over https', { cookies: { hostPrefix: true } }],
  ])('accepts %s', (_, options) => {
    expect(checkOptions({ ...validOptions, ...options }, {})).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['projectId', undefined],
    ['projectId', null],
    ['projectId', 7],
    ['projectId', ''],
    ['projectId', 'project-test-1'],
    ['projectId', `project-staging-${id}`],
    ['projectId', ` project-test-${id}`],
    ['projectId', `project-test-${id}\n`],
    ['secret', undefined],
    ['secret', 'hunter2'],
    ['secret', 'secret-test-with a blank'],
    ['secret', 'secret-test-ünicode-text'],
    ['secret', 'secret-test-line\nfeed-feed'],
    ['appUrl', undefined],
    ['appUrl', 'app.example.com'],
    ['appUrl', 'http://app.example.com'],
    ['appUrl', 'https://app.example.com/path'],
    ['appUrl', 'https://app.example.com?query'],
    ['appUrl', 'https://app.example.com#top'],
    ['appUrl', 'https://user:password@app.example.com'],
    ['appUrl', 'ftp://app.example.com'],
    ['appUrl', 'https://app.example.com '],
    ['appUrl', 'http://localhost.example.com'],
    ['apiUrl', 'http://test.stytch.com'],
    ['apiUrl', 'https://test.stytch.com/v1'],
    ['apiUrl', 'ftp://test.stytch.com'],
    ['apiUrl', true],
    ['allowInsecureApiHost', 'http://emulator:4400'],
    ['allowInsecureApiHost', 'emulator:4400'],
    ['allowInsecureApiHost', ''],
    ['trustedOrigins', 'https://www.example.com'],
    ['trustedOrigins', ['https://*.example.com/x']],
    ['trustedOrigins', ['null']],
    ['trustedOrigins', ['http://www.example.com']],
    ['credentials', []],
    ['credentials', 'bearer'],
    ['credentials', ['cookie', 'token']],
    ['bearer.renewedJwtHeader', 'Set-Cookie'],
    ['bearer.renewedJwtHeader', 'X-Jwt\r\nSet-Cookie'],
    ['resourceMetadata.authorizationServers', ['https://login.example.com/oauth']],
    ['pages.login', 'https://evil.example'],
    ['pages.sent', '//evil.example'],
    ['pages.organizations', '//evil.example'],
    ['pages.afterLogin', 'welcome'],
    ['pages.afterLogin', '/\\evil.example'],
    ['pages.afterLogout', '/a\r\nb'],
    ['session.accept', 'mine'],
    ['session.applicationId', ''],
    ['session.applicationId', 'naïve'],
    ['session.durationMinutes', 4],
    ['session.durationMinutes', 527_041],
    ['session.durationMinutes', 5.5],
    ['session.durationMinutes', '60'],
    ['session.durationMinutes', NaN],
    ['session.clockSkewSeconds', 301],
    ['session.clockSkewSeconds', -1],
    ['jwt.audiences', 'one'],
    ['jwt.audiences', ['']],
    ['cookies.jwtName', 'with space'],
    ['cookies.jwtName', 'a;b'],
    ['cookies.tokenName', ''],
    ['cookies.hostPrefix', 'yes'],
    ['cookies.domain', 'com'],
    ['cookies.domain', 'other.example'],
    ['cookies.sameSite', 'Lax'],
    ['cookies.secure', 'true'],
    ['cookies.secure', false],
    ['cookies.readableByBrowserSdk', 1],
    ['http.deadlineMs', 99],
    ['http.deadlineMs', 60_001],
    ['http.dispatcher', {}],
    ['webhooks.secret', ''],
    ['webhooks.secret', 'BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc='],
    ['webhooks.secret', 'whsec_BwcHBwcH'],
    ['webhooks.secret', 'whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc'],
    ['onSignIn', 'deny'],
    ['clock', {}],
    ['session', 60],
    ['cookies', []],
    ['http', null],
    ['secrets', 'x'],
    ['cookies.httpOnly', false],
    ['protection', 'opt-out'],
    ['routes', false],
  ])('rejects %s = %j', (path, value) => {
    const [group = '', name] = path.split('.');

    expect(
      invalidPaths({ ...validOptions, [group]: name === undefined ? value : { [name]: value } }),
    ).toEqual([path]);
  });

  it.each<[string, object, object]>([
    ['cookies.sameSite', { appUrl: 'http://localhost:3000', cookies: { sameSite: 'none' } }, {}],
    ['cookies.hostPrefix', { appUrl: 'http://localhost:3000', cookies: { hostPrefix: true } }, {}],
    ['cookies.hostPrefix', { cookies: { hostPrefix: true, domain: 'example.com' } }, {}],
    ['cookies.tokenName', { cookies: { jwtName: 'one', tokenName: 'one' } }, {}],
    ['cookies.tokenName', { cookies: { tokenName: 'stytch_session_jwt' } }, {}],
    ['cookies.jwtName', { cookies: { jwtName: 'stytch_session' } }, {}],
    ['cookies.jwtName', { cookies: { jwtName: '__Host-stytch_session' } }, {}],
    ['resourceMetadata.authorizationServers', { resourceMetadata: { path: '/mcp' } }, {}],
    ['apiUrl', { ...live, apiUrl: 'http://127.0.0.1:4400' }, {}],
    ['secret', { projectId: live.projectId }, {}],
    ['limits.perAddressTotal', { limits: { perAddressTotal: { max: 4, windowSeconds: 600 } } }, {}],
    ['limits.perAddress', { limits: { perAddress: { max: 21, windowSeconds: 600 } } }, {}],
  ])('rejects %s where it contradicts another option: %j', (path, options, staticOptions) => {
    expect(invalidPaths({ ...validOptions, ...options }, staticOptions)).toEqual([path]);
  });

  it.each<[string, object]>([
    ['path', { path: 'mcp' }],
    ['path', { path: '/mcp/' }],
    ['path', { path: '/:id' }],
    ['scopes', { scopes: ['read write'] }],
    ['name', { name: ' ' }],
  ])('rejects resourceMetadata.%s in %j', (name, invalid) => {
    const resourceMetadata = { authorizationServers: ['https://login.example.com'], ...invalid };

    expect(invalidPaths({ ...validOptions, resourceMetadata })).toEqual([`resourceMetadata.${name}`]);
  });

  it.each<[string, object]>([
    ['protection', { protection: 'optional' }],
    ['guard', { guard: 'no' }],
    ['isGlobal', { isGlobal: 1 }],
    ['startupCheck.ignore', { startupCheck: { ignore: ['OrdersGateway'] } }],
    ['routes', { routes: 'auth' }],
    ['routes.path', { routes: { path: '../auth?' } }],
    ['routes.path', { routes: { path: ':id' } }],
    ['routes.publicPath', { routes: { publicPath: 'https://example.com/auth' } }],
    ['routes.prefix', { routes: { prefix: 'x' } }],
  ])('rejects the static option %s: %j', (path, staticOptions) => {
    expect(invalidPaths(validOptions, staticOptions)).toEqual([path]);
  });

  it('accepts false for routes', () => {
    expect(checkOptions(validOptions, { routes: false })).toEqual([]);
  });

  it.each([undefined, null, 'options', []])('rejects %j instead of an object', (options) => {
    expect(invalidPaths(options)).toEqual(['(options)']);
  });

  it('does not report a contradiction with a rejected value', () => {
    expect(
      invalidPaths({
        ...validOptions,
        appUrl: 'http://app.example.com',
        cookies: { domain: 'other.example' },
      }),
    ).toEqual(['appUrl']);
  });
});

describe('allowInsecureApiHost', () => {
  const container = { ...validOptions, apiUrl: 'http://emulator:4400' };

  it.each([undefined, 'mailserver', 'emulator.example.com'])(
    'is named in the problem of plain http on another host than %s',
    (allowInsecureApiHost) => {
      expect(checkOptions({ ...container, allowInsecureApiHost }, {})).toEqual([
        {
          path: 'apiUrl',
          given: 'http://emulator:4400',
          allowed: 'an https origin, or an http origin on loopback',
          fix: "Use https (STYTCH_API_URL). For an emulator in another container, set allowInsecureApiHost: 'emulator'.",
        },
      ]);
    },
  );

  it('is not suggested for a live project', () => {
    const [problem] = checkOptions({ ...container, ...live }, {});
    expect(problem).toMatchObject({ path: 'apiUrl', fix: 'Use https (STYTCH_API_URL).' });
  });

  it('does not apply to other options', () => {
    const appUrl = 'http://emulator:3000';
    expect(invalidPaths({ ...container, appUrl, allowInsecureApiHost: 'emulator' })).toEqual(['appUrl']);
  });

  it('is rejected with a live project, also if the API is not called at that host', () => {
    const problem = {
      path: 'allowInsecureApiHost',
      given: "'emulator' with a live project",
      allowed: 'a host with a test project outside production only',
      fix: 'Omit it (STYTCH_ALLOW_INSECURE_API_HOST): the secret of the project would be sent unencrypted.',
    };
    for (const options of [container, validOptions]) {
      expect(checkOptions({ ...options, ...live, allowInsecureApiHost: 'emulator' }, {})).toEqual([problem]);
    }
  });
});

describe('checkOptions with NODE_ENV=production', () => {
  const { NODE_ENV } = process.env;
  const emulatorSecret = { secret: 'secret-test-emulator-of-these-specs=' };
  beforeEach(() => {
    process.env['NODE_ENV'] = 'production';
  });
  afterEach(() => {
    process.env['NODE_ENV'] = NODE_ENV;
  });

  it.each([
    'http://127.0.0.1:4400',
    'http://localhost:4400',
    'http://stytch.localhost',
    'http://[::1]:4400',
    'https://localhost',
  ])('rejects %s as the API, and names the option that allows it', (apiUrl) => {
    expect(checkOptions({ ...validOptions, apiUrl }, {})).toEqual([
      {
        path: 'apiUrl',
        given: `${apiUrl} with NODE_ENV=production`,
        allowed: 'a URL that is not on loopback',
        fix: "Omit it to use Stytch's API (STYTCH_API_URL). If a loopback URL is intended, set allowEmulatorInProduction: true.",
      },
    ]);
  });

  it.each([{}, { allowEmulatorInProduction: true }, { apiUrl: undefined }])(
    'rejects a host that is called over plain http, with %j',
    (options) => {
      const container = { apiUrl: 'http://emulator:4400', allowInsecureApiHost: 'emulator' };
      expect(checkOptions({ ...validOptions, ...container, ...options }, {})).toEqual([
        {
          path: 'allowInsecureApiHost',
          given: "'emulator' with NODE_ENV=production",
          allowed: 'a host with a test project outside production only',
          fix: 'Omit it (STYTCH_ALLOW_INSECURE_API_HOST): the secret of the project would be sent unencrypted.',
        },
      ]);
    },
  );

  it('rejects a secret of the emulator, and names the option that allows it', () => {
    const problems = checkOptions({ ...validOptions, ...emulatorSecret }, {});

    expect(problems).toEqual([
      {
        path: 'secret',
        given: 'a secret of the emulator with NODE_ENV=production',
        allowed: 'a secret of your Stytch project',
        fix: 'Copy a secret from the API keys of your project (STYTCH_SECRET). If the emulator is intended, set allowEmulatorInProduction: true.',
      },
    ]);
  });

  it.each<[string, object]>([
    ['a test project', {}],
    ['a custom domain', { ...live, apiUrl: 'https://login.example.com' }],
    [
      'an emulator that is allowed',
      {
        ...emulatorSecret,
        apiUrl: 'http://127.0.0.1:4400',
        allowEmulatorInProduction: true,
      },
    ],
  ])('accepts %s', (_, options) => {
    expect(checkOptions({ ...validOptions, ...options }, {})).toEqual([]);
  });

  it.each([true, false])(
    'rejects a live project on loopback once if allowEmulatorInProduction is %s',
    (allow) => {
      const options = { ...validOptions, ...live, apiUrl: 'http://127.0.0.1:4400' };

      expect(invalidPaths({ ...options, allowEmulatorInProduction: allow })).toEqual(['apiUrl']);
    },
  );
});

describe('the problems of options', () => {
  it('are listed in one message with what is allowed and how to fix it', () => {
    const problems = checkOptions(
      { ...validOptions, appUrl: 'http://app.example.com', session: { durationMinutes: 1 } },
      { guard: 7 },
    );

    expect(new StytchOptionsError(problems).message).toBe(
      [
        'nestjs-stytch: 3 options are invalid.',
        '  appUrl',
        "    given:   'http://app.example.com'",
        '    allowed: an https origin, or an http origin on loopback',
        '    fix:     Use the origin at which browsers reach the application, such as https://app.example.com, without a path (STYTCH_APP_URL).',
        '  session.durationMinutes',
        '    given:   1',
        '    allowed: a whole number from 5 to 527040',
        '    fix:     Must be between 5 and 527040 (STYTCH_SESSION_DURATION_MINUTES).',
        '  guard',
        '    given:   7',
        '    allowed: true or false',
        '    fix:     Omit it to keep the default (true).',
      ].join('\n'),
    );
  });

  it.each([
    { secret: 'hunter2-hunter2' },
    { secret: ['hunter2-hunter2'] },
    { secret: 'secret-live-hunter2-hunter2' },
    { password: 'hunter2-hunter2' },
    { cookies: { secret: 'hunter2-hunter2' } },
    { appUrl: 'https://user:hunter2-hunter2@app.example.com' },
    { apiUrl: 'https://hunter2-hunter2@api.example.com' },
    { trustedOrigins: ['https://user:hunter2-hunter2@www.example.com'] },
  ])('do not reveal a secret: %j', (options) => {
    const problems = checkOptions({ ...validOptions, ...options }, {});

    expect(problems).not.toEqual([]);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('say where static options go', () => {
    expect(checkOptions({ ...validOptions, routes: { path: 'account' } }, {})).toEqual([
      {
        path: 'routes',
        given: 'an object',
        allowed: 'next to the factory, not in its result',
        fix: 'Nest registers routes and guards before a factory runs. Use forRootAsync({ routes: …, useFactory: … }).',
      },
    ]);
  });

  it.each([
    [{ durationMinutes: 60 }, 'Did you mean `session.durationMinutes`?'],
    [{ session: { durationMinute: 60 } }, 'Did you mean `session.durationMinutes`?'],
    [{ session: { sameSite: 'lax' } }, 'Did you mean `cookies.sameSite`?'],
    [{ appURL: 'https://app.example.com' }, 'Did you mean `appUrl`?'],
    [{ cookies: { httpOnly: false } }, 'Remove it.'],
    [{ analytics: true }, 'Remove it.'],
  ])('suggest the nearest name for the unknown option in %j', (options, advice) => {
    expect(checkOptions({ ...validOptions, ...options }, {})).toMatchObject([
      { fix: `Unknown option. ${advice}` },
    ]);
  });
});
