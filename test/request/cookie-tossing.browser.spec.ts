import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, sessionCookieNames, type UserSession } from 'nestjs-stytch';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { MintedSession } from 'stytch-emulator';
import { describeInChromium, startChromium } from '../support/chromium.js';
import {
  startEmulatorWithCertificate,
  type EmulatorWithCertificate,
} from '../support/emulator-with-certificate.js';
import { startApplication, type ApplicationUnderTest } from '../support/start-application.js';
import { TlsHosts } from '../support/tls-hosts.js';

@Protected()
@Controller('dash/me')
class DashController {
  @Get()
  show(@CurrentSession() { email }: UserSession) {
    return { email };
  }
}

const site = 'site.test';
const sibling = `evil.${site}`;
/** The applications, by host. */
const applicationOptions = {
  [`prefixed.${site}`]: {},
  [`bare.${site}`]: { hostPrefix: false },
} as const;
const hosts = Object.keys(applicationOptions) as (keyof typeof applicationOptions)[];
const [prefixed, bare] = [`prefixed.${site}`, `bare.${site}`] as const;
const childOf = (host: string) => `child.${host}`;

const victim = 'ada@example.com';
const attacker = 'eve@example.com';

interface Variant {
  readonly name: string;
  /** The host that plants the cookies. */
  readonly from: (host: string) => string;
  readonly attributes: (host: string) => string;
  /** The cookies that it sets before. */
  readonly others?: (host: string) => string[];
}
const tossing: Variant[] = [
  {
    name: 'a sibling sets cookies for the parent domain',
    from: () => sibling,
    attributes: () => `Domain=${site}; Path=/`,
  },
  {
    name: 'a child sets cookies for the host itself',
    from: childOf,
    attributes: (host) => `Domain=${host}; Path=/`,
  },
  {
    name: 'a sibling sets cookies for the path /dash',
    from: () => sibling,
    attributes: () => `Domain=${site}; Path=/dash`,
  },
  {
    name: 'a child sets cookies for the host itself and the path /dash/me',
    from: childOf,
    attributes: (host) => `Domain=${host}; Path=/dash/me`,
  },
];
const overflowing: Variant = {
  name: 'a sibling overflows the jar with 200 cookies',
  from: () => sibling,
  attributes: () => `Domain=${site}; Path=/`,
  others: () => Array.from({ length: 200 }, (_, n) => `filler-${n}=x; Domain=${site}; Path=/; Secure`),
};

describeInChromium('planted cookies in Chromium', () => {
  let certified: EmulatorWithCertificate;
  let applications: ApplicationUnderTest[];
  let tls: TlsHosts;
  let chromium: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    certified = await startEmulatorWithCertificate();
    applications = await Promise.all(
      hosts.map((host) =>
        startApplication({
          emulator: certified.emulator,
          controllers: [DashController],
          options: { appUrl: `https://${host}`, cookies: applicationOptions[host] },
        }),
      ),
    );
    tls = await TlsHosts.start(
      certified.tls,
      Object.fromEntries(hosts.map((host, at) => [host, applications[at]!.url])),
    );
    const names = [sibling, ...hosts, ...hosts.map(childOf)];
    chromium = await startChromium(Object.fromEntries(names.map((name) => [`https://${name}`, tls.url])));
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

  /** The browser loads a page of the host, which sets these cookies. */
  async function set(host: string, setCookies: readonly string[]): Promise<void> {
    tls.setCookies = setCookies;
    await page.goto(tls.settingUrlOf(host));
    tls.setCookies = [];
  }

  /** Sets the cookies of a session under the application's names. */
  const setSession = (
    from: string,
    host: keyof typeof applicationOptions,
    { session_jwt, session_token }: MintedSession,
    attributes: string,
    before: readonly string[] = [],
  ) => {
    const { jwtName, tokenName } = sessionCookieNames({
      appUrl: `https://${host}`,
      cookies: applicationOptions[host],
    });
    return set(from, [
      ...before,
      `${jwtName}=${session_jwt}; ${attributes}; Secure; HttpOnly`,
      `${tokenName}=${session_token}; ${attributes}; Secure; HttpOnly`,
    ]);
  };

  /** Signs the victim in and lets the other host plant the attacker's cookies. */
  async function plant(host: keyof typeof applicationOptions, variant: Variant) {
    const { sessions } = certified.emulator;
    const own = await sessions.create({ email: victim });
    await setSession(host, host, own, 'Path=/');
    const planted = await sessions.create({ email: attacker });
    await setSession(variant.from(host), host, planted, variant.attributes(host), variant.others?.(host));
    await set(host, []);
    return { own, planted };
  }

  /** What a script of the application's page gets from a protected handler. */
  const me = () =>
    page.evaluate(async () => {
      const response = await fetch('/dash/me');
      const { email, code } = (await response.json()) as { email?: string; code?: string };
      return [response.status, email ?? code];
    });

  /** The session cookies that are in the jar for this host only. */
  const ownCookies = async (host: string) =>
    (await context.cookies())
      .filter(({ domain, name }) => domain === host && name.includes('stytch_session'))
      .map(({ value }) => value)
      .sort();
  const valuesOf = ({ session_jwt, session_token }: MintedSession) => [session_jwt, session_token].sort();

  describe('with the __Host- prefix', () => {
    it.each(tossing)('have no effect: $name', async (variant) => {
      const { own } = await plant(prefixed, variant);

      expect([await me(), await me()]).toEqual([
        [200, victim],
        [200, victim],
      ]);
      expect(await ownCookies(prefixed)).toEqual(valuesOf(own));
      expect(await context.cookies(`https://${prefixed}/dash/me`)).toHaveLength(2);
    });

    it(`sign the person out, but not in as the attacker: ${overflowing.name}`, async () => {
      await plant(prefixed, overflowing);

      expect(await ownCookies(prefixed)).toEqual([]);
      expect(await me()).toEqual([401, 'session_missing']);
    });
  });

  describe('without the prefix', () => {
    it.each(tossing)('are refused and deleted, and the person stays signed in: $name', async (variant) => {
      const { own } = await plant(bare, variant);

      expect(await context.cookies(`https://${bare}/dash/me`)).toHaveLength(4);
      expect(await me()).toEqual([401, 'session_ambiguous']);
      expect(await ownCookies(bare)).toEqual(valuesOf(own));
      expect(await context.cookies(`https://${bare}/dash/me`)).toHaveLength(2);
      expect(await me()).toEqual([200, victim]);
    });

    it(`replace the person's session: ${overflowing.name}`, async () => {
      await plant(bare, overflowing);

      expect(await ownCookies(bare)).toEqual([]);
      expect(await me()).toEqual([200, attacker]);
    });
  });
});
