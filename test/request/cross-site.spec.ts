import { Controller, Delete, Get, Patch, Post, Put } from '@nestjs/common';
import { AllowCrossSite, CurrentSession, OptionalSession, Protected, type Session } from 'nestjs-stytch';
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
const stranger = 'https://evil.example';
const refusal = refusalBody('cross_site_refused');

const table: [string, Record<string, string>, boolean][] = [
  ['neither header', {}, true],
  ['same-origin', { 'sec-fetch-site': 'same-origin', origin: appUrl }, true],
  [
    'same-origin at an address the configuration does not know',
    { 'sec-fetch-site': 'same-origin', origin: stranger },
    true,
  ],
  ['none', { 'sec-fetch-site': 'none' }, true],
  ['same-site without an origin', { 'sec-fetch-site': 'same-site' }, false],
  ['same-site, a sibling', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3001' }, false],
  ['same-site, a trusted sibling', { 'sec-fetch-site': 'same-site', origin: trusted }, true],
  ['cross-site without an origin', { 'sec-fetch-site': 'cross-site' }, false],
  ['cross-site, a stranger', { 'sec-fetch-site': 'cross-site', origin: stranger }, false],
  ['cross-site, trusted', { 'sec-fetch-site': 'cross-site', origin: trusted }, true],
  ['cross-site, null', { 'sec-fetch-site': 'cross-site', origin: 'null' }, false],
  ['Origin alone, ours', { origin: appUrl }, true],
  ['Origin alone, trusted', { origin: trusted }, true],
  ['Origin alone, a stranger', { origin: stranger }, false],
  ['Origin alone, null', { origin: 'null' }, false],
  ['Origin alone, trusted but for its scheme', { origin: 'http://www.example.com' }, false],
  ['Origin alone, trusted with something after it', { origin: `${trusted}.evil.example` }, false],
];

describePlatforms('a request from another site', (platform) => {
  const stage = useApplication({ platform, controllers, options: { trustedOrigins: [`${trusted}/`] } });

  it.each(table)('to a protected handler is told by its headers: %s', async (_, headers, passes) => {
    const { browser } = await signedInBrowser(stage);

    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await browser.request(method, '/orders', { headers });
      if (passes) expect([answer.status, answer.text]).toEqual([method === 'POST' ? 201 : 200, 'done']);
      else expect([answer.status, answer.json(), answer.setCookies]).toEqual([403, refusal, []]);
      expect(corsHeadersOf(answer.headers)).toEqual([]);
    }
    expect(handlersRun).toBe(passes ? 4 : 0);
    expect((await browser.get('/orders')).status).toBe(200);
  });

  it.each(table)(
    'may read, since browsers keep the answer from the page that asked: %s',
    async (_, headers) => {
      const { browser } = await signedInBrowser(stage);

      const answer = await browser.get('/orders', headers);

      expect([answer.status, corsHeadersOf(answer.headers)]).toEqual([200, []]);
    },
  );

  it('without a session is told to sign in, not where it came from', async () => {
    const answer = await stage.application
      .browser()
      .request('POST', '/orders', { headers: { 'sec-fetch-site': 'cross-site', origin: stranger } });

    expect([answer.status, answer.json()]).toMatchObject([401, { code: 'session_missing' }]);
    expect(handlersRun).toBe(0);
  });

  it.each(['/orders/hook', '/widgets'])('reaches a handler that allows it: %s', async (path) => {
    const { browser } = await signedInBrowser(stage);
    const headers = { 'sec-fetch-site': 'cross-site', origin: stranger };

    const answer = await browser.request('POST', path, { headers });
    const anonymous = await stage.application.browser().request('POST', path, { headers });

    expect([answer.status, anonymous.status, corsHeadersOf(answer.headers)]).toEqual([201, 401, []]);
  });

  it('to a handler with an optional session gets none', async () => {
    const { browser } = await signedInBrowser(stage);
    const headers = { 'sec-fetch-site': 'cross-site', origin: stranger };
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

  it('to a handler that needs nothing is none of ours', async () => {
    const answer = await stage.application
      .browser()
      .request('POST', '/votes/public', { headers: { 'sec-fetch-site': 'cross-site' } });

    expect([answer.status, answer.text]).toEqual([201, 'done']);
  });

  it.each(['login', 'authenticate', 'logout'])('does not do anything by POST /auth/%s', async (route) => {
    const { browser } = await signedInBrowser(stage);
    const body = { email: 'eve@example.com', token: 'A'.repeat(44), nonce: 'n'.repeat(43), everywhere: true };

    const answer = await browser.postJson(`/auth/${route}`, body, {
      'sec-fetch-site': 'cross-site',
      origin: stranger,
    });

    expect([answer.status, answer.json(), answer.setCookies]).toEqual([403, refusal, []]);
    expect([answer.headers.get('cache-control'), corsHeadersOf(answer.headers)]).toEqual(['no-store', []]);
    expect(callsTo(stage.emulator)).toEqual([]);
    expect((await browser.get('/orders')).status).toBe(200);
  });

  it('that asks beforehand (CORS) is promised nothing', async () => {
    for (const path of ['/orders', '/auth/login', '/auth/session']) {
      const answer = await stage.application.browser().request('OPTIONS', path, {
        headers: { origin: trusted, 'access-control-request-method': 'POST' },
      });
      expect([answer.status, corsHeadersOf(answer.headers)]).toEqual([expect.any(Number), []]);
    }
  });
});

const corsHeadersOf = (headers: Headers) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));
