import { Controller, Delete, Get, Patch, Post, Put } from '@nestjs/common';
import {
  AllowCrossSite,
  CurrentSession,
  describeAccess,
  OptionalSession,
  Protected,
  Public,
  type Session,
} from 'nestjs-stytch';
import { refusalBody } from '../support/refusals.js';
import { callsTo, signedInBrowser } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

let handlersRun = 0;
beforeEach(() => {
  handlersRun = 0;
});
function ran(): string {
  handlersRun += 1;
  return 'done';
}

@Protected()
@Controller('orders')
class OrdersController {
  @Get()
  list() {
    return ran();
  }
  @Post()
  place() {
    return ran();
  }
  @Put()
  replace() {
    return ran();
  }
  @Patch()
  change() {
    return ran();
  }
  @Delete()
  cancel() {
    return ran();
  }
  @AllowCrossSite()
  @Post('hook')
  hook() {
    return ran();
  }
}

@AllowCrossSite()
@Protected()
@Controller('widgets')
class WidgetsController {
  @Post()
  embed() {
    return ran();
  }
  @Public()
  @Get('terms')
  terms() {
    return ran();
  }
}

@Controller('votes')
class VotesController {
  @OptionalSession()
  @Post()
  vote(@CurrentSession() session?: Session) {
    return { as: session?.email ?? null, run: ran() };
  }
  @OptionalSession()
  @AllowCrossSite()
  @Post('open')
  openVote(@CurrentSession() session?: Session) {
    return { as: session?.email ?? null };
  }
  @Post('public')
  publicVote() {
    return ran();
  }
}

const controllers = [OrdersController, WidgetsController, VotesController];
const appUrl = 'http://localhost:3000';
const trusted = 'https://www.example.com';
const untrusted = 'https://evil.example';
const refusal = refusalBody('cross_site_refused');

const table: [string, Record<string, string>, boolean][] = [
  ['neither header', {}, true],
  ['same-origin', { 'sec-fetch-site': 'same-origin', origin: appUrl }, true],
  [
    'same-origin at an address the configuration does not know',
    { 'sec-fetch-site': 'same-origin', origin: untrusted },
    true,
  ],
  ['none', { 'sec-fetch-site': 'none' }, true],
  ['same-site without an origin', { 'sec-fetch-site': 'same-site' }, false],
  ['same-site, a sibling', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3001' }, false],
  ['same-site, a trusted sibling', { 'sec-fetch-site': 'same-site', origin: trusted }, true],
  ['cross-site without an origin', { 'sec-fetch-site': 'cross-site' }, false],
  ['cross-site, an untrusted origin', { 'sec-fetch-site': 'cross-site', origin: untrusted }, false],
  ['cross-site, trusted', { 'sec-fetch-site': 'cross-site', origin: trusted }, true],
  ['cross-site, null', { 'sec-fetch-site': 'cross-site', origin: 'null' }, false],
  ['Origin alone, ours', { origin: appUrl }, true],
  ['Origin alone, trusted', { origin: trusted }, true],
  ['Origin alone, an untrusted origin', { origin: untrusted }, false],
  ['Origin alone, null', { origin: 'null' }, false],
  ['Origin alone, trusted but for its scheme', { origin: 'http://www.example.com' }, false],
  ['Origin alone, trusted with something after it', { origin: `${trusted}.evil.example` }, false],
];

describePlatforms('a request from another site', (platform) => {
  const stage = useApplication({ platform, controllers, options: { trustedOrigins: [`${trusted}/`] } });

  it.each(table)('to a protected handler is recognized by its headers: %s', async (_, headers, passes) => {
    const { browser } = await signedInBrowser(stage);

    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const response = await browser.request(method, '/orders', { headers });
      if (passes) expect([response.status, response.text]).toEqual([method === 'POST' ? 201 : 200, 'done']);
      else expect([response.status, response.json(), response.setCookies]).toEqual([403, refusal, []]);
      expect(corsHeadersOf(response.headers)).toEqual([]);
    }
    expect(handlersRun).toBe(passes ? 4 : 0);
    expect((await browser.get('/orders')).status).toBe(200);
  });

  it.each(table)(
    'may use GET, since browsers do not let the other site read the response: %s',
    async (_, headers) => {
      const { browser } = await signedInBrowser(stage);

      const response = await browser.get('/orders', headers);

      expect([response.status, corsHeadersOf(response.headers)]).toEqual([200, []]);
    },
  );

  it('without a session is refused for the missing session, not for its origin', async () => {
    const response = await stage.application
      .browser()
      .request('POST', '/orders', { headers: { 'sec-fetch-site': 'cross-site', origin: untrusted } });

    expect([response.status, response.json()]).toMatchObject([401, { code: 'session_missing' }]);
    expect(handlersRun).toBe(0);
  });

  it('is listed as allowed for handlers with @AllowCrossSite() that are not public', () => {
    const report = describeAccess(stage.application.app);
    const described = report.handlers.filter(({ handler }) => /Widgets|Votes|\.hook/.test(handler));

    expect(described.map(({ handler, allowsCrossSite }) => [handler, allowsCrossSite])).toEqual([
      ['OrdersController.hook', true],
      ['VotesController.openVote', true],
      ['VotesController.publicVote', false],
      ['VotesController.vote', false],
      ['WidgetsController.embed', true],
      ['WidgetsController.terms', false],
    ]);
    expect(String(report).split('\n')).toEqual(
      expect.arrayContaining([
        'OrdersController.hook: protected, cross-site allowed',
        'OrdersController.list: protected',
        'VotesController.openVote: optional, cross-site allowed',
        'WidgetsController.embed: protected, cross-site allowed',
        'WidgetsController.terms: public',
      ]),
    );
  });

  it.each(['/orders/hook', '/widgets'])('reaches a handler with @AllowCrossSite(): %s', async (path) => {
    const { browser } = await signedInBrowser(stage);
    const headers = { 'sec-fetch-site': 'cross-site', origin: untrusted };

    const response = await browser.request('POST', path, { headers });
    const anonymous = await stage.application.browser().request('POST', path, { headers });

    expect([response.status, anonymous.status, corsHeadersOf(response.headers)]).toEqual([201, 401, []]);
  });

  it('to a handler with an optional session is anonymous', async () => {
    const { browser } = await signedInBrowser(stage);
    const headers = { 'sec-fetch-site': 'cross-site', origin: untrusted };
    const vote = async (path: string, sent: Record<string, string>) =>
      (await browser.request('POST', path, { headers: sent })).json();

    expect(await vote('/votes', headers)).toEqual({ as: null, run: 'done' });
    expect(await vote('/votes', { 'sec-fetch-site': 'same-origin' })).toEqual({
      as: 'ada@example.com',
      run: 'done',
    });
    expect(await vote('/votes', { 'sec-fetch-site': 'cross-site', origin: trusted })).toMatchObject({
      as: 'ada@example.com',
    });
    expect(await vote('/votes/open', headers)).toEqual({ as: 'ada@example.com' });
  });

  it('to an undecorated handler is not refused', async () => {
    const response = await stage.application
      .browser()
      .request('POST', '/votes/public', { headers: { 'sec-fetch-site': 'cross-site' } });

    expect([response.status, response.text]).toEqual([201, 'done']);
  });

  it.each(['login', 'authenticate', 'logout'])(
    'to POST /auth/%s is refused with 403, and nothing happens',
    async (route) => {
      const { browser } = await signedInBrowser(stage);
      const body = {
        email: 'eve@example.com',
        token: 'A'.repeat(44),
        nonce: 'n'.repeat(43),
        everywhere: true,
      };

      const response = await browser.postJson(`/auth/${route}`, body, {
        'sec-fetch-site': 'cross-site',
        origin: untrusted,
      });

      expect([response.status, response.json(), response.setCookies]).toEqual([403, refusal, []]);
      expect([response.headers.get('cache-control'), corsHeadersOf(response.headers)]).toEqual([
        'no-store',
        [],
      ]);
      expect(callsTo(stage.emulator)).toEqual([]);
      expect((await browser.get('/orders')).status).toBe(200);
    },
  );

  it('gets no CORS headers in the response to its preflight request', async () => {
    for (const path of ['/orders', '/auth/login', '/auth/session']) {
      const response = await stage.application.browser().request('OPTIONS', path, {
        headers: { origin: trusted, 'access-control-request-method': 'POST' },
      });
      expect([response.status, corsHeadersOf(response.headers)]).toEqual([expect.any(Number), []]);
    }
  });
});

const corsHeadersOf = (headers: Headers) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));
