import { Logger } from '@nestjs/common';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { CapturedLog } from '../../../test/support/captured-log.js';
import type { StytchCookieOptions } from '../options/cookies.options.js';
import { SessionCookies } from './session-cookies.js';
import { resolvedOptions } from '../../../test/support/resolved-options.js';

const cookiesWith = (cookies: StytchCookieOptions = {}, appUrl = 'https://app.example.com') =>
  new SessionCookies(
    resolvedOptions({
      appUrl,
      cookies,
      clock: { nowMs: () => Date.parse('2030-01-01T00:00:00Z'), monotonicMs: () => 0 },
    }),
  );
const expiresAt = '2030-01-01T01:00:00Z';
/** The attributes of a cookie for `Path=/` that lives for an hour. */
const lasting = 'Max-Age=3600; Path=/; Expires=Tue, 01 Jan 2030 01:00:00 GMT';
const lastingFor = (domain: string) => lasting.replace('Path', `Domain=${domain}; Path`);
const past = 'Expires=Thu, 01 Jan 1970 00:00:00 GMT';
/** The default name over https, `__Host-stytch_session_jwt`, has 25 characters. */
const largestJwt = 'j'.repeat(4096 - 25);
const largerJwt = `${largestJwt}j`;
/** A JWT that fits no cookie of any name. */
const hugeJwt = 'j'.repeat(4096);

const newResponse = () => new ServerResponse(new IncomingMessage(new Socket()));
const cookiesOf = (response: ServerResponse) => response.writeHead(200).getHeader('set-cookie');
const cookiesAfter = (write: (response: ServerResponse) => void) => {
  const response = newResponse();
  write(response);
  return cookiesOf(response);
};

describe('jwtsOf and tokensOf', () => {
  const cookie = 'stytch_session_jwt=j1; stytch_session=t1; stytch_session_jwt=j2; other=o';
  const request = { headers: { cookie } } as unknown as IncomingMessage;

  it('return all values of the cookie with the configured name', () => {
    expect(cookiesWith({ hostPrefix: false }).jwtsOf(request)).toEqual(['j1', 'j2']);
    expect(cookiesWith({ hostPrefix: false }).tokensOf(request)).toEqual(['t1']);
    expect(cookiesWith({ jwtName: 'other' }).jwtsOf(request)).toEqual(['o']);
    expect(cookiesWith({ tokenName: 'other' }).tokensOf(request)).toEqual(['o']);
  });

  it('ignore cookies without the __Host- prefix over https', () => {
    const cookies = cookiesWith();

    expect([cookies.jwtsOf(request), cookies.tokensOf(request)]).toEqual([[], []]);
  });
});

describe('write', () => {
  const values = { sessionJwt: 'j1', sessionToken: 't1', expiresAt };

  it('sets both cookies until the end of the session', () => {
    expect(
      cookiesAfter((response) => {
        cookiesWith().write(response, values);
      }),
    ).toEqual([
      `__Host-stytch_session=t1; ${lasting}; HttpOnly; Secure; SameSite=Lax`,
      `__Host-stytch_session_jwt=j1; ${lasting}; HttpOnly; Secure; SameSite=Lax`,
    ]);
  });

  it.each<[string, SessionCookies, string]>([
    [
      'domain',
      cookiesWith({ domain: 'example.com' }),
      `${lastingFor('example.com')}; HttpOnly; Secure; SameSite=Lax`,
    ],
    [
      'sameSite',
      cookiesWith({ hostPrefix: false, sameSite: 'strict' }),
      `${lasting}; HttpOnly; Secure; SameSite=Strict`,
    ],
    ['readableByBrowserSdk', cookiesWith({ readableByBrowserSdk: true }), `${lasting}; Secure; SameSite=Lax`],
    [
      'secure, which is off on http loopback',
      cookiesWith({}, 'http://localhost:3000'),
      `${lasting}; HttpOnly; SameSite=Lax`,
    ],
  ])('sets the attributes according to the option %s', (_, cookies, attributes) => {
    expect(
      cookiesAfter((response) => {
        cookies.write(response, values);
      }),
    ).toEqual([`stytch_session=t1; ${attributes}`, `stytch_session_jwt=j1; ${attributes}`]);
  });

  it('lets no cookie live on when the session has ended', () => {
    expect(
      cookiesAfter((response) => {
        cookiesWith().write(response, { ...values, expiresAt: '2029-12-31T23:00:00Z' });
      }),
    ).toEqual([
      '__Host-stytch_session=t1; Max-Age=0; Path=/; Expires=Mon, 31 Dec 2029 23:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
      '__Host-stytch_session_jwt=j1; Max-Age=0; Path=/; Expires=Mon, 31 Dec 2029 23:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
    ]);
  });

  it.each([undefined, ''])('leaves the token cookie unchanged if the token is %j', (sessionToken) => {
    expect(
      cookiesAfter((response) => {
        cookiesWith().write(response, { ...values, sessionToken });
      }),
    ).toEqual([`__Host-stytch_session_jwt=j1; ${lasting}; HttpOnly; Secure; SameSite=Lax`]);
  });

  it('sets no cookie if the session is no longer valid when the headers are sent', () => {
    const response = newResponse();
    let isValid = true;
    cookiesWith().write(response, { ...values, isStillValid: () => isValid });
    isValid = false;

    expect(cookiesOf(response)).toBeUndefined();
  });

  describe('with a JWT that is too large for a cookie', () => {
    let log: CapturedLog;
    beforeEach(() => {
      log = new CapturedLog();
      Logger.overrideLogger(log);
    });
    afterEach(() => {
      Logger.overrideLogger(false);
    });

    it('deletes the JWT cookie, so that requests use the token', () => {
      expect(
        cookiesAfter((response) => {
          cookiesWith({ domain: 'example.com' }).write(response, { ...values, sessionJwt: hugeJwt });
        }),
      ).toEqual([
        `stytch_session=t1; ${lastingFor('example.com')}; HttpOnly; Secure; SameSite=Lax`,
        `stytch_session_jwt=; Max-Age=0; Domain=example.com; Path=/; ${past}; HttpOnly; Secure; SameSite=Lax`,
      ]);
    });

    it('sets and deletes nothing if there is no new token', () => {
      expect(
        cookiesAfter((response) => {
          cookiesWith().write(response, { sessionJwt: largerJwt, expiresAt });
        }),
      ).toBeUndefined();
    });

    it('deletes no cookie if the session is no longer valid when the headers are sent', () => {
      const tooLarge = { ...values, sessionJwt: largerJwt, isStillValid: () => false };

      expect(
        cookiesAfter((response) => {
          cookiesWith().write(response, tooLarge);
        }),
      ).toBeUndefined();
    });

    it('logs one warning without the JWT', () => {
      const cookies = cookiesWith();
      cookies.write(newResponse(), { ...values, sessionJwt: largerJwt });
      cookies.write(newResponse(), { ...values, sessionJwt: largerJwt });

      expect(log.lines).toEqual([
        'warn A session JWT of 4072 bytes fits no cookie, probably because of custom claims. Such sessions use their opaque token instead. Stytch',
      ]);
    });
  });
});

describe('fits', () => {
  it('accepts a JWT that makes 4096 bytes together with the cookie name, and no larger one', () => {
    expect([cookiesWith().fits(largestJwt), cookiesWith().fits(largerJwt)]).toEqual([true, false]);
  });

  it('counts no __Host- prefix if there is none', () => {
    const cookies = cookiesWith({ hostPrefix: false });

    expect([
      cookies.fits(`${largestJwt}${'j'.repeat(7)}`),
      cookies.fits(`${largestJwt}${'j'.repeat(8)}`),
    ]).toEqual([true, false]);
  });
});

describe('clear', () => {
  it('deletes both cookies with the attributes they are set with', () => {
    expect(
      cookiesAfter((response) => {
        cookiesWith({ sameSite: 'strict' }).clear(response);
      }),
    ).toEqual([
      `__Host-stytch_session_jwt=; Max-Age=0; Path=/; ${past}; HttpOnly; Secure; SameSite=Strict`,
      `__Host-stytch_session=; Max-Age=0; Path=/; ${past}; HttpOnly; Secure; SameSite=Strict`,
    ]);
  });

  it('deletes the cookies of the configured domain and those without a domain', () => {
    const attributes = `Path=/; ${past}; HttpOnly; Secure; SameSite=Lax`;

    expect(
      cookiesAfter((response) => {
        cookiesWith({ domain: 'example.com' }).clear(response);
      }),
    ).toEqual([
      `stytch_session_jwt=; Max-Age=0; ${attributes}`,
      `stytch_session_jwt=; Max-Age=0; Domain=example.com; ${attributes}`,
      `stytch_session=; Max-Age=0; ${attributes}`,
      `stytch_session=; Max-Age=0; Domain=example.com; ${attributes}`,
    ]);
  });

  it('replaces cookies that were written to the same response', () => {
    expect(
      cookiesAfter((response) => {
        cookiesWith().write(response, { sessionJwt: 'j1', sessionToken: 't1', expiresAt });
        cookiesWith().clear(response);
      }),
    ).toEqual([
      `__Host-stytch_session=; Max-Age=0; Path=/; ${past}; HttpOnly; Secure; SameSite=Lax`,
      `__Host-stytch_session_jwt=; Max-Age=0; Path=/; ${past}; HttpOnly; Secure; SameSite=Lax`,
    ]);
  });
});

describe('replace', () => {
  const values = { sessionJwt: 'j1', sessionToken: 't1', expiresAt };
  const replacing = (cookies: SessionCookies, changes = {}) =>
    cookiesAfter((response) => {
      cookies.replace(response, { ...values, ...changes });
    });

  it('sets both cookies', () => {
    expect(replacing(cookiesWith())).toEqual([
      `__Host-stytch_session=t1; ${lasting}; HttpOnly; Secure; SameSite=Lax`,
      `__Host-stytch_session_jwt=j1; ${lasting}; HttpOnly; Secure; SameSite=Lax`,
    ]);
  });

  it('deletes the cookies without a domain, which remain from before cookies.domain was set', () => {
    const deleted = `Max-Age=0; Path=/; ${past}; HttpOnly; Secure; SameSite=Lax`;

    expect(replacing(cookiesWith({ domain: 'example.com' }))).toEqual([
      `stytch_session=t1; ${lastingFor('example.com')}; HttpOnly; Secure; SameSite=Lax`,
      `stytch_session_jwt=j1; ${lastingFor('example.com')}; HttpOnly; Secure; SameSite=Lax`,
      `stytch_session_jwt=; ${deleted}`,
      `stytch_session=; ${deleted}`,
    ]);
  });

  it('deletes nothing if the session is no longer valid when the headers are sent', () => {
    const cookies = cookiesWith({ domain: 'example.com' });

    expect(replacing(cookies, { isStillValid: () => false })).toBeUndefined();
  });
});

describe('clearPlanted', () => {
  const cleared = (cookies: SessionCookies, target = '/') =>
    cookiesAfter((response) => {
      cookies.clearPlanted(response, target);
    });
  const deleted = (name: string, domain: string, path: string) =>
    `${name}=; Max-Age=0; Domain=${domain}; Path=${path}; ${past}; HttpOnly; Secure; SameSite=Lax`;

  it('deletes the cookies of the host and of its parents, and none without a domain', () => {
    expect(cleared(cookiesWith({ hostPrefix: false }), '/dash?page=2')).toEqual(
      ['/', '/dash'].flatMap((path) =>
        ['app.example.com', 'example.com'].flatMap((domain) => [
          deleted('stytch_session_jwt', domain, path),
          deleted('stytch_session', domain, path),
        ]),
      ),
    );
  });

  it('deletes no cookie of the configured domain', () => {
    expect(cleared(cookiesWith({ domain: 'Example.com' }))).toEqual([
      deleted('stytch_session_jwt', 'app.example.com', '/'),
      deleted('stytch_session', 'app.example.com', '/'),
    ]);
  });

  it('deletes no cookie with the __Host- prefix, which no other host can set', () => {
    expect(cleared(cookiesWith())).toBeUndefined();
    expect(cleared(cookiesWith({ tokenName: 'app_token' }))).toEqual([
      deleted('app_token', 'app.example.com', '/'),
      deleted('app_token', 'example.com', '/'),
    ]);
  });

  it('sends at most twenty headers', () => {
    expect(cleared(cookiesWith({ hostPrefix: false }), '/x'.repeat(4000))).toHaveLength(20);
  });
});
