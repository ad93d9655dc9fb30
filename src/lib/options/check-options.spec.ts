import { StytchOptionsError } from '../errors/stytch-options.error.js';
import { checkOptions } from './check-options.js';
import { resolveOptions } from './resolve-options.js';
import type { StytchModuleOptions } from './stytch-options.js';

const id = '5f0d9c1e-0000-4000-8000-000000000001';
const good = {
  projectId: `project-test-${id}`,
  secret: 'secret-test-of-these-specs=',
  appUrl: 'https://app.example.com',
};
const live = { projectId: `project-live-${id}`, secret: 'secret-live-of-these-specs=' };

const pathsOf = (options: unknown, beside: unknown = {}) =>
  checkOptions(options, beside).map(({ path }) => path);

describe('options', () => {
  it.each<[string, object]>([
    ['the least', {}],
    ['a loopback application', { appUrl: 'http://localhost:3000' }],
    ['a loopback application by address', { appUrl: 'http://127.0.0.1:3000' }],
    ['a loopback application by IPv6', { appUrl: 'http://[::1]:3000' }],
    ['a slash at the end', { appUrl: 'https://app.example.com/' }],
    ['a live project', live],
    ['a custom domain', { ...live, apiUrl: 'https://login.example.com' }],
    ['an emulator', { apiUrl: 'http://127.0.0.1:4400' }],
    ['undefined for everything', { apiUrl: undefined, session: undefined, cookies: { domain: undefined } }],
    ['the longest session', { session: { durationMinutes: 527_040 } }],
    ['a parent domain', { cookies: { domain: 'example.com' } }],
    ['SameSite=None over https', { cookies: { sameSite: 'none' } }],
    ['a prefix over https', { cookies: { hostPrefix: true } }],
  ])('may be %s', (_, options) => {
    expect(checkOptions({ ...good, ...options }, {})).toEqual([]);
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
    ['apiUrl', true],
    ['trustedOrigins', 'https://www.example.com'],
    ['trustedOrigins', ['https://*.example.com/x']],
    ['trustedOrigins', ['null']],
    ['trustedOrigins', ['http://www.example.com']],
    ['pages.login', 'https://evil.example'],
    ['pages.sent', '//evil.example'],
    ['pages.afterLogin', 'welcome'],
    ['pages.afterLogin', '/\\evil.example'],
    ['pages.afterLogout', '/a\r\nb'],
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
    ['magicLinks.expiresInMinutes', 4],
    ['magicLinks.expiresInMinutes', 10_081],
    ['magicLinks.signUp', 'maybe'],
    ['http.deadlineMs', 99],
    ['http.deadlineMs', 60_001],
    ['http.dispatcher', {}],
    ['onSignIn', 'deny'],
    ['clock', {}],
    ['session', 60],
    ['cookies', []],
    ['http', null],
    ['secrets', 'x'],
    ['cookies.httpOnly', false],
    ['protection', 'opt-out'],
    ['routes', false],
  ])('are refused by the path of what is wrong: %s = %j', (path, value) => {
    const [group = '', name] = path.split('.');

    expect(pathsOf({ ...good, [group]: name === undefined ? value : { [name]: value } })).toEqual([path]);
  });

  it.each<[string, object, object]>([
    ['cookies.sameSite', { appUrl: 'http://localhost:3000', cookies: { sameSite: 'none' } }, {}],
    ['cookies.hostPrefix', { appUrl: 'http://localhost:3000', cookies: { hostPrefix: true } }, {}],
    ['cookies.hostPrefix', { cookies: { hostPrefix: true, domain: 'example.com' } }, {}],
    ['cookies.tokenName', { cookies: { jwtName: 'one', tokenName: 'one' } }, {}],
    ['apiUrl', { ...live, apiUrl: 'http://127.0.0.1:4400' }, {}],
    ['secret', { projectId: live.projectId }, {}],
    ['protection', {}, { protection: 'optional' }],
    ['guard', {}, { guard: 'no' }],
    ['isGlobal', {}, { isGlobal: 1 }],
    ['routes', {}, { routes: 'auth' }],
    ['routes.path', {}, { routes: { path: '../auth' + '?' } }],
    ['routes.path', {}, { routes: { path: ':id' } }],
    ['routes.publicPath', {}, { routes: { publicPath: 'https://example.com/auth' } }],
    ['routes.prefix', {}, { routes: { prefix: 'x' } }],
  ])('are refused where they contradict one another: %s', (path, options, beside) => {
    expect(pathsOf({ ...good, ...options }, beside)).toEqual([path]);
  });

  it.each([undefined, null, 'options', []])('are an object, not %j', (options) => {
    expect(pathsOf(options)).toEqual(['(options)']);
  });
});

describe('the error', () => {
  const errorOf = (options: object, beside: object = {}): StytchOptionsError => {
    try {
      resolveOptions(options as StytchModuleOptions, beside);
    } catch (error) {
      if (error instanceof StytchOptionsError) return error;
    }
    throw new Error('No option was found wrong.');
  };

  it('carries every problem at once, each with what is allowed and how to fix it', () => {
    const error = errorOf(
      { ...good, appUrl: 'http://app.example.com', session: { durationMinutes: 1 } },
      { guard: 7 },
    );

    expect(error.code).toBe('stytch_options_invalid');
    expect(error.message).toBe(
      [
        'StytchModule: 3 options are wrong.',
        '  appUrl',
        "    given:   'http://app.example.com'",
        '    allowed: an https origin, or a plain http one on loopback',
        '    fix:     Give the origin browsers use, such as https://app.example.com, without a path (environment: STYTCH_APP_URL).',
        '  session.durationMinutes',
        '    given:   1',
        '    allowed: a whole number from 5 to 527040',
        '    fix:     Stytch knows no shorter and no longer session (environment: STYTCH_SESSION_DURATION_MINUTES).',
        '  guard',
        '    given:   7',
        '    allowed: true or false',
        '    fix:     Leave it out for true.',
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
  ])('shows no secret: %j', (options) => {
    const error = errorOf({ ...good, ...options });

    expect(error.message + JSON.stringify(error.problems) + (error.stack ?? '')).not.toContain('hunter2');
  });

  it('says where options belong that shape the application', () => {
    const [problem] = errorOf({ ...good, routes: { path: 'account' } }).problems;

    expect(problem).toMatchObject({ path: 'routes', allowed: 'beside the factory, not in its result' });
    expect(problem?.fix).toContain('forRootAsync({ routes: …, useFactory: … })');
  });
});

describe('resolved options', () => {
  it('hold every default and cannot be changed', () => {
    const resolved = resolveOptions(good, {});

    expect(resolved).toMatchObject({
      apiUrl: 'https://test.stytch.com',
      appUrl: 'https://app.example.com',
      pages: { login: undefined, sent: undefined, afterLogin: '/', afterLogout: '/' },
      session: { durationMinutes: 60, clockSkewSeconds: 30 },
      cookies: {
        jwtName: 'stytch_session_jwt',
        tokenName: 'stytch_session',
        domain: undefined,
        sameSite: 'lax',
        secure: true,
        httpOnly: true,
      },
      magicLinks: { expiresInMinutes: 60, signUp: 'allow' },
      http: { deadlineMs: 3000, dispatcher: undefined },
      protection: 'opt-in',
      routes: { path: 'auth', publicPath: undefined },
    });
    expect(Object.isFrozen(resolved)).toBe(true);
    expect(Object.isFrozen(resolved.cookies)).toBe(true);
  });

  it.each([
    [good, 'https://test.stytch.com'],
    [{ ...good, ...live }, 'https://api.stytch.com'],
    [{ ...good, apiUrl: 'https://Login.example.com/' }, 'https://login.example.com'],
  ])('know where Stytch is', (options, apiUrl) => {
    expect(resolveOptions(options, {}).apiUrl).toBe(apiUrl);
  });

  it('put the prefix before both cookie names', () => {
    const { cookies } = resolveOptions({ ...good, cookies: { hostPrefix: true } }, {});

    expect([cookies.jwtName, cookies.tokenName]).toEqual([
      '__Host-stytch_session_jwt',
      '__Host-stytch_session',
    ]);
  });
});
