import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type INestApplication } from '@nestjs/common';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { startServer } from '../../examples/browser-sdk/server/start-server.js';
import { describeInChromium, startChromium } from '../support/chromium.js';
import { jwtCookie, tokenCookie } from '../support/sessions.js';

/** The front end, which is also the origin of the cookies. */
const frontEnd = 'http://localhost:3000';
const hostile = {
  'on another site': 'http://hostile.test',
  // The same site: browsers send the cookies along.
  'on another port of the same host': 'http://localhost:3001',
};

describeInChromium('a hostile page', () => {
  let emulator: StytchEmulator;
  let app: INestApplication;
  let pages: Server;
  let browser: Browser;
  let context: BrowserContext;
  let sessionJwt: string;

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    const { projectId, secret, url, clock } = emulator;
    app = await startServer({
      port: 0,
      frontEnds: [frontEnd],
      stytch: { projectId, secret, apiUrl: url, clock },
    });
    pages = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>Page</title>');
    }).listen(0, '127.0.0.1');
    await once(pages, 'listening');
    const pagesUrl = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
    browser = await startChromium({
      [frontEnd]: await app.getUrl(),
      ...Object.fromEntries(Object.values(hostile).map((origin) => [origin, pagesUrl])),
    });
  });
  beforeEach(async () => {
    const session = await emulator.sessions.create({ email: 'ada@example.com' });
    sessionJwt = session.session_jwt;
    context = await browser.newContext();
    await context.addCookies([
      { name: jwtCookie, value: session.session_jwt, url: frontEnd },
      { name: tokenCookie, value: session.session_token, url: frontEnd },
    ]);
    emulator.requests.clear();
    emulator.messages.clear();
  });
  afterEach(() => context.close());
  afterAll(async () => {
    await browser.close();
    pages.closeAllConnections();
    pages.close();
    await app.close();
    await emulator.close();
  });

  async function open(origin: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(origin);
    return page;
  }

  /** The status of a response that the page may read, or `unreadable`. */
  const send = (page: Page, url: string, init: object): Promise<number | 'unreadable'> =>
    page.evaluate(
      async (request) => {
        try {
          return (await fetch(request.url, request.init)).status;
        } catch {
          return 'unreadable';
        }
      },
      { url, init },
    );

  const statusForThePerson = async () => {
    const page = await open(`${frontEnd}/dashboard`);
    return send(page, '/dashboard', {});
  };

  describe.each(Object.entries(hostile))('%s', (where, origin) => {
    it('cannot read a protected route with the cookies of the person', async () => {
      const page = await open(origin);

      expect(await send(page, `${frontEnd}/dashboard`, { credentials: 'include' })).toBe('unreadable');
    });

    it('is not allowed by CORS to send a bearer token', async () => {
      const page = await open(origin);
      const headers = { authorization: `Bearer ${sessionJwt}` };

      expect(await send(page, `${frontEnd}/dashboard`, { headers })).toBe('unreadable');
    });

    it.each([
      ['by a request', (page: Page) => send(page, `${frontEnd}/auth/logout`, crossSitePost)],
      ['by a form', (page: Page) => submitForm(page, `${frontEnd}/auth/logout`)],
    ])('cannot sign the person out %s', async (_, signOut) => {
      await signOut(await open(origin));

      expect([await statusForThePerson(), emulator.requests.list()]).toEqual([200, []]);
    });
  });

  it('of another site cannot call the API of the browser SDK', async () => {
    const page = await open(hostile['on another site']);
    const credentials = btoa(`${emulator.publicToken}:${emulator.publicToken}`);
    const url = `${emulator.url}/sdk/v1/magic_links/email/login_or_create`;
    const body = JSON.stringify({ email: 'ada@example.com', code_challenge: 'A'.repeat(43) });
    const headers = { authorization: `Basic ${credentials}`, 'content-type': 'application/json' };

    expect(await send(page, url, { method: 'POST', headers, body })).toBe('unreadable');
    await send(page, url, { ...crossSitePost, body });
    await submitForm(page, url);

    expect([emulator.messages.list(), served()]).toEqual([[], []]);
  });

  const served = () => emulator.requests.list().filter(({ status }) => status === 200);
});

/** A request that needs no preflight request. */
const crossSitePost = { method: 'POST', mode: 'no-cors', credentials: 'include' };

/** Navigates to the response to a form. */
async function submitForm(page: Page, url: string): Promise<void> {
  await page.setContent(`<form method="post" action="${url}"><button>Send</button></form>`);
  await Promise.all([page.waitForResponse(url), page.getByRole('button').click()]);
}
