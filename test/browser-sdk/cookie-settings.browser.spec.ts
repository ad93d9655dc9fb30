import { Controller, Get, Header } from '@nestjs/common';
import { Protected, Public, type StytchModuleOptions } from 'nestjs-stytch';
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { CookieOptions } from '../support/browser-sdk.js';
import { describeInChromium, startChromium } from '../support/chromium.js';
import {
  startEmulatorWithCertificate,
  type EmulatorWithCertificate,
} from '../support/emulator-with-certificate.js';
import { startApplication, type ApplicationUnderTest } from '../support/start-application.js';
import { TlsHosts } from '../support/tls-hosts.js';

@Controller()
class FrontEndController {
  @Public()
  @Get()
  @Header('content-type', 'text/html')
  page() {
    return '<!doctype html><title>Front end</title><script src="/sdk.js"></script>';
  }

  @Public()
  @Get('sdk.js')
  @Header('content-type', 'text/javascript')
  sdk() {
    return readFile('node_modules/@stytch/vanilla-js/dist/iife/index.headless.js', 'utf8');
  }

  @Protected()
  @Get('account')
  account() {
    return {};
  }
}

interface Settings {
  readonly cookies: StytchModuleOptions['cookies'];
  readonly cookieOptions: CookieOptions;
  /** The cookies in the browser. */
  readonly expected: readonly { readonly name: string; readonly domain: string }[];
}

const names = ['stytch_session', 'stytch_session_jwt'];
const hostPrefixed = names.map((name) => `__Host-${name}`);
const site = 'site.test';
const settingsByHost: Readonly<Record<string, Settings>> = {
  [`bare.${site}`]: {
    cookies: { readableByBrowserSdk: true },
    cookieOptions: {},
    expected: names.map((name) => ({ name, domain: `bare.${site}` })),
  },
  [`prefixed.${site}`]: {
    cookies: { readableByBrowserSdk: true, hostPrefix: true },
    cookieOptions: { opaqueTokenCookieName: hostPrefixed[0]!, jwtCookieName: hostPrefixed[1]! },
    expected: hostPrefixed.map((name) => ({ name, domain: `prefixed.${site}` })),
  },
  [`shared.${site}`]: {
    cookies: { readableByBrowserSdk: true, domain: site },
    cookieOptions: { availableToSubdomains: true, domain: site },
    expected: names.map((name) => ({ name, domain: `.${site}` })),
  },
};
const hosts = Object.keys(settingsByHost);
/** What the script of the SDK defines, and what the tests use of a client. */
interface SdkWindow {
  readonly stytch: { readonly StytchClient: new (publicToken: string, options: object) => SdkClient };
  client: SdkClient;
}
interface SdkClient {
  readonly magicLinks: {
    readonly email: { loginOrCreate(email: string, options: object): Promise<unknown> };
    authenticate(token: string, options: object): Promise<unknown>;
  };
  readonly session: {
    authenticate(): Promise<unknown>;
    revoke(options: object): Promise<unknown>;
    getTokens(): { readonly session_jwt: string } | null;
  };
}

describeInChromium("the cookies of Stytch's browser SDK and of the application over https", () => {
  let certified: EmulatorWithCertificate;
  let applications: ApplicationUnderTest[];
  let tls: TlsHosts;
  let chromium: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    certified = await startEmulatorWithCertificate({
      allowedOrigins: hosts.map((host) => `https://${host}`),
      redirectUrls: hosts.map((host) => `https://${host}/authenticate`),
    });
    applications = await Promise.all(
      Object.entries(settingsByHost).map(([host, { cookies }]) =>
        startApplication({
          emulator: certified.emulator,
          controllers: [FrontEndController],
          options: { appUrl: `https://${host}`, cookies },
        }),
      ),
    );
    tls = await TlsHosts.start(
      certified.tls,
      Object.fromEntries(hosts.map((host, at) => [host, applications[at]!.url])),
    );
    chromium = await startChromium(Object.fromEntries(hosts.map((host) => [`https://${host}`, tls.url])));
  });
  beforeEach(async () => {
    context = await chromium.newContext({ ignoreHTTPSErrors: true });
    page = await context.newPage();
  });
  afterEach(() => context.close());
  afterAll(async () => {
    await chromium.close();
    await Promise.all([...applications.map((application) => application.close()), tls.close()]);
    await certified.close();
  });

  /** Loads the front end, and signs in with a link. */
  async function signIn(host: string): Promise<void> {
    const { publicToken, url, messages } = certified.emulator;
    const email = 'ada@example.com';
    messages.clear();
    await page.goto(`https://${host}/`);
    await page.evaluate(
      async ([token, testAPIURL, cookieOptions, address, redirectUrl]) => {
        const sdk = globalThis as unknown as SdkWindow;
        sdk.client = new sdk.stytch.StytchClient(token, { endpoints: { testAPIURL }, cookieOptions });
        await sdk.client.magicLinks.email.loginOrCreate(address, {
          login_magic_link_url: redirectUrl,
          signup_magic_link_url: redirectUrl,
        });
      },
      [publicToken, url, settingsByHost[host]!.cookieOptions, email, `https://${host}/authenticate`] as const,
    );
    const { token } = await messages.wait({ to: email, kind: 'link' });
    await page.evaluate(
      (linkToken) =>
        (globalThis as unknown as SdkWindow).client.magicLinks.authenticate(linkToken, {
          session_duration_minutes: 60,
        }),
      token,
    );
  }

  const statusOf = (path: string, method = 'GET') =>
    page.evaluate(async ([url, init]) => (await fetch(url, init)).status, [path, { method }] as const);
  const jwtOfSdk = () =>
    page.evaluate(() => (globalThis as unknown as SdkWindow).client.session.getTokens()?.session_jwt);
  const cookies = async () =>
    (await context.cookies())
      .map(({ name, domain, httpOnly, secure, path }) => ({ name, domain, httpOnly, secure, path }))
      .sort((one, other) => one.name.localeCompare(other.name));

  it.each(hosts)('are the same ones on %s', async (host) => {
    const expected = settingsByHost[host]!.expected.map((cookie) => ({
      ...cookie,
      httpOnly: false,
      secure: true,
      path: '/',
    }));
    await signIn(host);
    const started = await jwtOfSdk();
    expect([await statusOf('/account'), await cookies()]).toEqual([200, expected]);

    certified.emulator.clock.advance({ minutes: 6 });
    expect([await statusOf('/account'), await cookies()]).toEqual([200, expected]);
    const ofApplication = await jwtOfSdk();
    certified.emulator.clock.advance({ seconds: 5 });
    await page.evaluate(() => (globalThis as unknown as SdkWindow).client.session.authenticate());
    const ofSdk = await jwtOfSdk();
    expect([await statusOf('/account'), await cookies()]).toEqual([200, expected]);
    expect(new Set([started, ofApplication, ofSdk]).size).toBe(3);

    expect([await statusOf('/auth/logout', 'POST'), await cookies()]).toEqual([204, []]);
  });

  it.each(hosts)('are removed by a sign-out of the SDK on %s', async (host) => {
    await signIn(host);
    certified.emulator.clock.advance({ minutes: 6 });
    expect(await statusOf('/account')).toBe(200);

    await page.evaluate(() => (globalThis as unknown as SdkWindow).client.session.revoke({}));

    expect([await cookies(), await statusOf('/account')]).toEqual([[], 401]);
  });
});
