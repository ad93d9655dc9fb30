import { resolveCookieOptions, sessionCookieNames, type StytchCookieOptions } from './cookies.options.js';

const https = 'https://app.example.com';
const [jwt, token] = ['stytch_session_jwt', 'stytch_session'];

describe('sessionCookieNames', () => {
  it.each<[string, string, StytchCookieOptions | undefined, [string, string]]>([
    ['an https application', https, undefined, [`__Host-${jwt}`, `__Host-${token}`]],
    [
      'an https application with SameSite=Strict',
      https,
      { sameSite: 'strict' },
      [`__Host-${jwt}`, `__Host-${token}`],
    ],
    ['an upper-case scheme', 'HTTPS://app.example.com', {}, [`__Host-${jwt}`, `__Host-${token}`]],
    ['an http application on loopback', 'http://localhost:3000', undefined, [jwt, token]],
    ['a cookie domain', https, { domain: 'example.com' }, [jwt, token]],
    ['cookies that the browser SDK reads', https, { readableByBrowserSdk: true }, [jwt, token]],
    [
      'cookies that scripts can not read',
      https,
      { readableByBrowserSdk: false },
      [`__Host-${jwt}`, `__Host-${token}`],
    ],
    ['hostPrefix: false', https, { hostPrefix: false }, [jwt, token]],
    ['an own name of the JWT cookie', https, { jwtName: 'app_jwt' }, ['app_jwt', `__Host-${token}`]],
    ['an own name of the token cookie', https, { tokenName: 'app_token' }, [`__Host-${jwt}`, 'app_token']],
    [
      'own names and hostPrefix: true',
      https,
      { jwtName: 'app_jwt', tokenName: 'app_token', hostPrefix: true },
      ['__Host-app_jwt', '__Host-app_token'],
    ],
    [
      'cookies that the browser SDK reads and hostPrefix: true',
      https,
      { readableByBrowserSdk: true, hostPrefix: true },
      [`__Host-${jwt}`, `__Host-${token}`],
    ],
  ])('returns the names for %s', (_, appUrl, cookies, [jwtName, tokenName]) => {
    expect(sessionCookieNames({ appUrl, cookies })).toEqual({ jwtName, tokenName });
    expect(resolveCookieOptions(cookies, appUrl)).toMatchObject({ jwtName, tokenName });
  });

  it('throws a TypeError if appUrl is not a URL', () => {
    expect(() => sessionCookieNames({ appUrl: 'app.example.com' })).toThrow('Invalid URL');
  });
});
