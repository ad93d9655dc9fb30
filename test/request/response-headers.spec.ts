import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Controller, Get, Header, type INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { OptionalSession, Protected, magicLinks } from 'nestjs-stytch';
import type { TestResponse } from 'nestjs-stytch/testing';
import { openAndConfirm } from '../support/confirm-page.js';
import { linkAskedForBy } from '../support/links.js';
import { browserWithExpiredJwt, jwtCookie, signedInBrowser } from '../support/sessions.js';
import { describePlatforms, type Platform } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

@Controller()
class CachingController {
  @Protected()
  @Get('plain')
  plain() {
    return 'plain';
  }
  @OptionalSession()
  @Get('optional')
  optional() {
    return 'optional';
  }
  @Protected()
  @Header('Cache-Control', 'private, max-age=60')
  @Header('Vary', 'Accept')
  @Get('own')
  own() {
    return 'own';
  }
  @Get('open')
  open() {
    return 'open';
  }
}
const controllers = [CachingController];

/** Sets headers before the guard runs: in middleware on Express, in a hook on Fastify. */
function before(platform: Platform, headers: Record<string, string>) {
  return (app: INestApplication) => {
    if (platform === 'Express') {
      (app as NestExpressApplication).use(
        (_: IncomingMessage, response: ServerResponse, next: () => void) => {
          for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
          next();
        },
      );
      return;
    }
    (app as NestFastifyApplication)
      .getHttpAdapter()
      .getInstance()
      .addHook('onRequest', async (_, reply) => {
        reply.headers(headers);
      });
  };
}
const cachingOf = ({ headers }: TestResponse) => [headers.get('cache-control'), headers.get('vary')];

describePlatforms('the caching headers', (platform) => {
  const stage = useApplication({ platform, controllers });

  it('allow no shared caching of responses that depend on a session', async () => {
    const { browser } = await signedInBrowser(stage);
    const anonymous = stage.application.browser();

    expect(cachingOf(await browser.get('/plain'))).toEqual(['private', 'Cookie']);
    expect(cachingOf(await browser.get('/optional'))).toEqual(['private', 'Cookie']);
    expect(cachingOf(await anonymous.get('/optional'))).toEqual(['private', 'Cookie']);
    expect(cachingOf(await anonymous.get('/plain'))).toEqual(['no-store', 'Cookie']);
    expect(cachingOf(await anonymous.visit('/plain'))).toEqual([
      'no-store',
      expect.stringContaining('Cookie'),
    ]);
    expect(cachingOf(await anonymous.get('/open'))).toEqual([null, null]);
  });

  it('of the handler are kept when no cookie is set', async () => {
    const { browser } = await signedInBrowser(stage);

    expect(cachingOf(await browser.get('/own'))).toEqual(['private, max-age=60', 'Accept']);
  });

  it('are no-store on every response that sets a cookie, even if the handler sets others', async () => {
    for (const path of ['/plain', '/optional', '/own', '/auth/session']) {
      const { browser } = await browserWithExpiredJwt(stage);
      const response = await browser.get(path);

      expect([path, response.headers.get('cache-control')]).toEqual([path, 'no-store']);
      expect(response.setCookies.join()).toContain(jwtCookie);
    }
  });
});

describePlatforms('caching headers set before the guard', (platform) => {
  const stage = useApplication({
    platform,
    controllers,
    configure: before(platform, { vary: 'Accept-Encoding', 'cache-control': 'private, max-age=5' }),
  });

  it('are kept, with Cookie added to Vary, except that refusals and pages are no-store', async () => {
    const { browser } = await signedInBrowser(stage);

    expect(cachingOf(await browser.get('/plain'))).toEqual(['private, max-age=5', 'Accept-Encoding, Cookie']);
    expect(cachingOf(await stage.application.browser().get('/plain'))[0]).toBe('no-store');
    expect(cachingOf(await browser.visit('/auth/login'))[0]).toBe('no-store');
  });
});

describePlatforms('a Cache-Control of middleware that allows shared caching', (platform) => {
  const stage = useApplication({
    platform,
    controllers,
    configure: before(platform, { 'cache-control': 'public, max-age=60' }),
  });

  it('is replaced on guarded responses, unless the handler sets one', async () => {
    const { browser } = await signedInBrowser(stage);

    expect(cachingOf(await browser.get('/plain'))).toEqual(['private', 'Cookie']);
    expect(cachingOf(await browser.get('/optional'))).toEqual(['private', 'Cookie']);
    expect(cachingOf(await browser.get('/own'))).toEqual(['private, max-age=60', 'Accept']);
  });
});

describePlatforms('a Vary header set before the guard', (platform) => {
  for (const [vary, expected] of [
    ['*', '*'],
    ['Origin, cookie', 'Origin, cookie'],
  ] as const) {
    const stage = useApplication({ platform, controllers, configure: before(platform, { vary }) });

    it(`does not get Cookie twice: ${vary}`, async () => {
      const { browser } = await signedInBrowser(stage);

      expect((await browser.get('/plain')).headers.get('vary')).toBe(expected);
    });
  }
});

describePlatforms('the login routes', (platform) => {
  const stage = useApplication({
    platform,
    options: {
      onSignIn: () => {
        throw new Error('database');
      },
    },
  });

  it('forbid caching, sniffing and referrers in every response that is not a page', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const responses = [
      [await browser.get('/auth/session'), 200],
      [await browser.get('/auth/authenticate?token=x'), 400],
      [await browser.get(callback, { 'sec-purpose': 'prefetch' }), 204],
      [await browser.get(callback), 500],
      [await browser.get(callback), 410],
      [await browser.request('HEAD', callback), 200],
      [await browser.postJson('/auth/login', { email: 'ada' }), 400],
      [await browser.postJson('/auth/login', { email: 'ada@example.com' }), 202],
      [await browser.postForm('/auth/login', { email: 'ada@example.com' }), 303],
      [await browser.postJson('/auth/logout', {}, { 'sec-fetch-site': 'cross-site' }), 403],
      [await browser.postJson('/auth/logout', {}), 204],
    ] as const;

    for (const [{ status, headers }, expectedStatus] of responses) {
      expect([
        status,
        headers.get('cache-control'),
        headers.get('referrer-policy'),
        headers.get('x-content-type-options'),
      ]).toEqual([expectedStatus, 'no-store', 'no-referrer', 'nosniff']);
    }
  });
});

describePlatforms('the pages of the package', (platform) => {
  const stage = useApplication({ platform, options: { methods: [magicLinks({ binding: 'any-browser' })] } });

  it.each<[string, number, boolean]>([
    ['/auth/login', 200, true],
    ['/auth/sent', 200, false],
    [`/auth/authenticate?token=${'A'.repeat(44)}`, 200, true],
    ['/auth/authenticate', 400, false],
  ])('load only their inline style and send strict security headers: %s', async (path, status, hasForm) => {
    const page = await stage.application.browser().visit(path);

    const style = /<style>([^]*?)<\/style>/.exec(page.text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page.status).toBe(status);
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; form-action ${hasForm ? "'self'" : "'none'"}; frame-ancestors 'none'; base-uri 'none'`,
      'referrer-policy': hasForm ? 'strict-origin' : 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(page.text).not.toMatch(/<script|style="|<img|<link|\son\w+=/);
  });

  it('redirect without the token in the location', async () => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: '/plain' });
    const token = new URLSearchParams(callback.split('?')[1]).get('token') ?? '';
    const responses = [
      await openAndConfirm(browser, callback),
      await browser.postForm('/auth/login', { email: 'ada@example.com' }),
      await browser.postForm('/auth/logout'),
    ];

    for (const { status, headers } of responses) {
      expect([status, headers.get('location')?.includes(token)]).toEqual([303, false]);
      expect([headers.get('referrer-policy'), headers.get('cache-control')]).toEqual([
        'no-referrer',
        'no-store',
      ]);
    }
  });
});
