import { decodeJwt } from 'jose';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { DashboardController } from '../../examples/browser-sdk/server/dashboard.controller.js';
import { describeInChromium, startChromium } from '../support/chromium.js';
import { endSession } from '../support/end-session.js';
import { jwtCookie, tokenCookie } from '../support/sessions.js';
import { startApplication, type ApplicationUnderTest } from '../support/start-application.js';
import { until } from '../support/until.js';
import { EmptyPageController, send } from './client-in-page.js';
import {
  callDashboard,
  press,
  signInWithLink,
  untilSignedIn,
  untilSignedOut,
  type Way,
} from './example-page.js';
import { startExample, type RunningExample } from './running-example.js';

const jwtMinutes = 5;
const sdkRefreshMs = 3 * 60_000;
/** Chromium sends requests for it to the application. */
const ourRoutesUrl = 'http://localhost:3000';

/** How a front end and the application share a session. */
interface Arrangement {
  readonly url: () => string;
  signIn(page: Page, email: string): Promise<void>;
  /** The status of the protected route, as the page calls it. */
  call(page: Page): Promise<number>;
  /** Another device with what the browser sends now. */
  copy(page: Page): Promise<() => Promise<number>>;
  /** Signs out with the SDK. Without an SDK, another application of the project ends the session. */
  endWithoutApplication(page: Page): Promise<void>;
  /** Signs out by our route. */
  signOut(page: Page, everywhere: boolean): Promise<void>;
  /** What the page shows once it knows that the session is over. */
  untilSignedOut(page: Page): Promise<void>;
}

describeInChromium('a session that a front end and the application share', () => {
  let example: RunningExample;
  let ourRoutes: ApplicationUnderTest;
  let browser: Browser;

  beforeAll(async () => {
    example = await startExample();
    ourRoutes = await startApplication({
      emulator: example.emulator,
      controllers: [EmptyPageController, DashboardController],
    });
    browser = await startChromium({ [ourRoutesUrl]: ourRoutes.url });
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser.close();
    await ourRoutes.close();
    await example.close();
  });

  async function openBrowser(): Promise<BrowserContext> {
    const context = await browser.newContext();
    // The SDK refreshes when the test says so.
    await context.clock.install();
    return context;
  }

  async function openTab(context: BrowserContext, url: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  async function cookieValue(page: Page, name: string): Promise<string | undefined> {
    const cookies = await page.context().cookies(page.url());
    return cookies.find((cookie) => cookie.name === name)?.value;
  }

  const calls = (path: string) =>
    example.emulator.requests.list().filter((request) => request.path === path).length;
  const callsOfApplication = () => calls('/v1/sessions/authenticate');
  const callsOfSdk = () => calls('/sdk/v1/sessions/authenticate');

  /** The SDK of each open tab refreshes its session. */
  async function refreshBySdk(context: BrowserContext): Promise<void> {
    const before = callsOfSdk();
    await context.clock.fastForward(sdkRefreshMs);
    await until(() => callsOfSdk() >= before + context.pages().length);
  }

  /** Another device that sends what this browser would send. */
  async function copyOf(page: Page, apiUrl: string, way: Way): Promise<() => Promise<number>> {
    const [jwt, token] = [await cookieValue(page, jwtCookie), await cookieValue(page, tokenCookie)];
    const headers: Record<string, string> =
      way === 'Cookies'
        ? { cookie: `${jwtCookie}=${jwt!}; ${tokenCookie}=${token!}` }
        : { authorization: `Bearer ${jwt!}` };
    return async () => (await fetch(`${apiUrl}/dashboard`, { headers })).status;
  }

  const withSdk = (way: Way): Arrangement => ({
    url: () => example['vanilla-js'].url,
    signIn: (page, email) => signInWithLink(page, email, example.emulator),
    call: async (page) => (await callDashboard(page, way)).status,
    copy: (page) => copyOf(page, example['vanilla-js'].apiUrl, way),
    endWithoutApplication: (page) => press(page, 'Sign out with the SDK'),
    async signOut(page, everywhere) {
      await page.getByRole('radio', { name: way }).check();
      await press(page, everywhere ? 'Sign out everywhere' : 'Sign out with the server');
    },
    untilSignedOut,
  });

  /** The page has no script: the test calls the routes from it. */
  const withoutSdk: Arrangement = {
    url: () => ourRoutesUrl,
    async signIn(page, email) {
      expect(await send(page, '/auth/login', { email })).toBe(202);
      const { link } = await example.emulator.messages.wait({ to: email, kind: 'link' });
      await page.goto(link);
    },
    call: (page) => send(page, '/dashboard'),
    copy: (page) => copyOf(page, ourRoutes.url, 'Cookies'),
    endWithoutApplication: async (page) => {
      const jwt = (await cookieValue(page, jwtCookie))!;
      await endSession(example.emulator, sessionIdIn(jwt));
    },
    async signOut(page, everywhere) {
      expect(await send(page, '/auth/logout', { everywhere })).toBe(204);
    },
    untilSignedOut: async (page) => {
      expect(await cookieValue(page, jwtCookie)).toBeUndefined();
    },
  };

  const arrangements: [string, Arrangement, hasSdk: boolean][] = [
    ['started by our routes, in HttpOnly cookies', withoutSdk, false],
    ['started by the SDK, in cookies that scripts can read', withSdk('Cookies'), true],
    ['started by the SDK, sent as bearer tokens', withSdk('Bearer token'), true],
  ];

  describe.each(arrangements)('%s', (title, { url, signIn, call, copy, ...arrangement }, hasSdk) => {
    const email = `${title.replaceAll(/[^a-z]+/gi, '-').toLowerCase()}@example.com`;

    async function signedIn(): Promise<{ context: BrowserContext; page: Page }> {
      const context = await openBrowser();
      const page = await openTab(context, url());
      await signIn(page, email);
      example.emulator.requests.clear();
      return { context, page };
    }

    it('refresh: continues after its JWT has expired, with one call', async () => {
      const { context, page } = await signedIn();
      example.emulator.clock.advance({ minutes: jwtMinutes + 1 });

      expect([await call(page), await call(page), callsOfApplication()]).toEqual([200, 200, 1]);
      if (!hasSdk) return;
      await refreshBySdk(context);
      expect([await call(page), callsOfApplication()]).toEqual([200, 1]);
    });

    it('sign-out by the SDK, or at Stytch: a copy is refused at its next refresh', async () => {
      const { page } = await signedIn();
      const callCopy = await copy(page);

      await arrangement.endWithoutApplication(page);

      if (hasSdk) await arrangement.untilSignedOut(page);
      expect([await call(page), await callCopy()]).toEqual([hasSdk ? 401 : 200, 200]);
      example.emulator.clock.advance({ minutes: jwtMinutes + 1 });
      expect([await call(page), await callCopy()]).toEqual([401, 401]);
    });

    it('sign-out by our route: a copy is refused at once', async () => {
      const { page } = await signedIn();
      const callCopy = await copy(page);

      await arrangement.signOut(page, false);

      await arrangement.untilSignedOut(page);
      expect([await call(page), await callCopy()]).toEqual([401, 401]);
    });

    it('sign-out everywhere: another browser is refused at once', async () => {
      const { page } = await signedIn();
      const other = await signedIn();

      await arrangement.signOut(page, true);

      await arrangement.untilSignedOut(page);
      expect([await call(page), await call(other.page)]).toEqual([401, 401]);
      if (hasSdk) await other.context.clock.fastForward(sdkRefreshMs);
      await arrangement.untilSignedOut(other.page);
    });

    it('another tab: is signed in and out with the first', async () => {
      const context = await openBrowser();
      const [page, otherTab] = [await openTab(context, url()), await openTab(context, url())];
      await signIn(page, email);
      if (hasSdk) await untilSignedIn(otherTab, email);
      expect([await call(page), await call(otherTab)]).toEqual([200, 200]);

      if (hasSdk) await arrangement.endWithoutApplication(page);
      else await arrangement.signOut(page, false);

      await arrangement.untilSignedOut(otherTab);
      expect([await call(page), await call(otherTab)]).toEqual([401, 401]);
    });
  });

  it('outlives its JWT in two tabs of one front end and one of another, whichever side refreshes first', async () => {
    const email = 'tabs@example.com';
    const context = await openBrowser();
    const first = await openTab(context, example['vanilla-js'].url);
    await signInWithLink(first, email, example.emulator);
    const second = await openTab(context, example['vanilla-js'].url);
    // Its requests go to the other instance.
    const third = await openTab(context, example.react.url);
    const tabs = [first, second, third];
    await Promise.all(tabs.map((tab) => untilSignedIn(tab, email)));
    const { session_id } = example.emulator.sessions.list().at(-1)!;
    const burst = (...pages: Page[]) =>
      Promise.all(pages.flatMap((page) => Array.from({ length: 5 }, () => send(page, '/dashboard'))));
    const allOk = (pages: number) => Array.from({ length: pages * 5 }, () => 200);
    let issuedAt = 0;

    function letJwtExpire(): void {
      example.emulator.requests.clear();
      example.emulator.clock.advance({ minutes: jwtMinutes + 1 });
    }
    async function expectNewerJwt(): Promise<void> {
      const jwt = (await cookieValue(first, jwtCookie))!;
      const { iat } = decodeJwt(jwt) as { iat: number };
      expect(sessionIdIn(jwt)).toBe(session_id);
      expect(iat).toBeGreaterThan(issuedAt);
      issuedAt = iat;
    }

    // The application refreshes first: one call, and the other instance reads the new cookie.
    letJwtExpire();
    expect(await burst(first, second)).toEqual(allOk(2));
    expect(callsOfApplication()).toBe(1);
    expect([await burst(third), callsOfApplication()]).toEqual([allOk(1), 1]);
    await expectNewerJwt();

    // The SDK of each tab refreshes first.
    letJwtExpire();
    await refreshBySdk(context);
    expect([await burst(...tabs), callsOfApplication(), callsOfSdk()]).toEqual([allOk(3), 0, 3]);
    await expectNewerJwt();

    // All at once: at most one call of each instance.
    letJwtExpire();
    const [statuses] = await Promise.all([burst(...tabs), refreshBySdk(context)]);
    expect([statuses, callsOfSdk()]).toEqual([allOk(3), 3]);
    expect(callsOfApplication()).toBeLessThanOrEqual(2);
    expect(await burst(...tabs)).toEqual(allOk(3));
    await expectNewerJwt();

    await Promise.all(tabs.map((tab) => untilSignedIn(tab, email)));
  });
});

const sessionIdIn = (jwt: string) =>
  (decodeJwt(jwt)['https://stytch.com/session'] as { readonly id: string }).id;
