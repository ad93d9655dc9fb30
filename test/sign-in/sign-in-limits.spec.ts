import { jest } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { StytchEvents, type LimitStorage, type StytchEvent } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import type { TestBrowser } from 'nestjs-stytch/testing';
import { callbackPathOf } from '../support/links.js';
import { refusalBody } from '../support/refusals.js';
import { CapturedLog } from '../support/captured-log.js';
import { bodiesSentTo, callsTo } from '../support/sessions.js';
import { sendLinkPath } from '../support/sign-in-steps.js';
import {
  describePlatforms,
  startApplication,
  type ApplicationSettings,
  type ApplicationUnderTest,
  type Platform,
} from '../support/start-application.js';

const tooMany = refusalBody('rate_limited');
const off = { perAddress: false, perAddressTotal: false, perIp: false } as const;

type Limits = NonNullable<NonNullable<ApplicationSettings['options']>['limits']>;

interface LimitedApplications {
  readonly emulator: StytchEmulator;
  readonly application: ApplicationUnderTest;
  /** Starts an application with these limits and no others. It is closed after the test. */
  startWithLimits(limits: Limits, settings?: Partial<ApplicationSettings>): Promise<TestBrowser>;
  /** The limits named in `rate_limited` events. */
  exceededLimits(): string[];
}

function useLimitedApplications(platform: Platform): LimitedApplications {
  let emulator: StytchEmulator;
  let application: ApplicationUnderTest;
  let events: StytchEvent[];
  beforeAll(async () => {
    emulator = await startStytchEmulator();
  });
  beforeEach(() => {
    emulator.requests.clear();
  });
  afterEach(() => application.close());
  afterAll(() => emulator.close());

  async function startWithLimits(
    limits: Limits,
    settings: Partial<ApplicationSettings> = {},
  ): Promise<TestBrowser> {
    events = [];
    application = await startApplication({
      emulator,
      platform,
      ...settings,
      options: { ...settings.options, limits: { ...off, ...limits } },
    });
    application.app.get(StytchEvents).subscribe((event) => {
      events.push(event);
    });
    return application.browser();
  }
  return {
    get emulator() {
      return emulator;
    },
    get application() {
      return application;
    },
    startWithLimits,
    exceededLimits: () => events.flatMap((event) => (event.type === 'rate_limited' ? [event.limit] : [])),
  };
}

const requestLink = (browser: TestBrowser, email: string, headers?: Record<string, string>) =>
  browser.postJson('/auth/login', { email }, headers);

describe('the limits on requested magic links', () => {
  const stage = useLimitedApplications('Express');

  it('responds 429 with Retry-After and sends no email once an email address has requested too many links', async () => {
    const browser = await stage.startWithLimits({ perAddress: { max: 2, windowSeconds: 600 } });
    await requestLink(browser, 'ada@example.com');
    stage.emulator.clock.advance({ seconds: 100 });
    await requestLink(browser, ' ADA@Example.com ');
    stage.emulator.requests.clear();

    const jsonResponse = await requestLink(stage.application.browser(), 'ada@example.COM');
    const pageResponse = await stage.application
      .browser()
      .postForm('/auth/login', { email: 'ada@example.com' });

    expect([jsonResponse.status, jsonResponse.json(), jsonResponse.setCookies]).toEqual([429, tooMany, []]);
    // The clock moves during the test.
    const retryAfter: unknown = expect.stringMatching(/^(49\d|500)$/);
    expect([jsonResponse.headers.get('retry-after'), jsonResponse.headers.get('cache-control')]).toEqual([
      retryAfter,
      'no-store',
    ]);
    expect([pageResponse.status, pageResponse.headers.get('retry-after'), pageResponse.setCookies]).toEqual([
      429,
      retryAfter,
      [],
    ]);
    expect(pageResponse.text).toContain('Too many sign-in attempts. Please wait a few minutes.');
    expect(callsTo(stage.emulator)).toEqual([]);
    expect(stage.exceededLimits()).toEqual(['address', 'address']);
    expect((await requestLink(browser, 'grace@example.com')).status).toBe(202);
  });

  it('accepts link requests again after the rate limit window', async () => {
    await stage.startWithLimits({ perAddress: { max: 1, windowSeconds: 60 } });
    const statuses = [];
    for (const seconds of [0, 30, 20, 10, 0]) {
      stage.emulator.clock.advance({ seconds });
      statuses.push((await requestLink(stage.application.browser(), 'ada@example.com')).status);
    }

    expect(statuses).toEqual([202, 429, 429, 202, 429]);
  });

  it('responds the same 429 for known and unknown email addresses', async () => {
    await stage.emulator.sessions.create({ email: 'known@example.com' });
    const browser = await stage.startWithLimits({ perAddress: { max: 1, windowSeconds: 60 } });
    const responses = [];
    for (const email of ['known@example.com', 'unknown@example.com']) {
      await requestLink(stage.application.browser(), email);
      responses.push(await requestLink(browser, email));
    }

    const [known, unknown] = responses.map(({ status, text, headers }) => [
      status,
      text,
      headers.get('retry-after'),
    ]);
    expect(known).toEqual([429, JSON.stringify(tooMany), '60']);
    expect(unknown).toEqual(known);
  });

  it('responds 429 for every email address once a network has requested too many links', async () => {
    const browser = await stage.startWithLimits({
      perIp: { max: 2, windowSeconds: 30 },
      perAddress: { max: 1, windowSeconds: 600 },
    });
    await requestLink(browser, 'a@example.com');
    await requestLink(browser, 'b@example.com');
    stage.emulator.requests.clear();

    const response = await requestLink(stage.application.browser(), 'c@example.com');

    expect([response.status, response.json(), response.headers.get('retry-after')]).toEqual([
      429,
      tooMany,
      '30',
    ]);
    expect([stage.exceededLimits(), callsTo(stage.emulator)]).toEqual([['ip'], []]);
    stage.emulator.clock.advance({ seconds: 31 });
    expect((await requestLink(browser, 'c@example.com')).status).toBe(202);
  });

  it('accepts five link requests per email address from one network by default', async () => {
    await stage.startWithLimits({ perAddress: undefined, perAddressTotal: undefined, perIp: undefined });
    const statuses = [];
    for (let count = 0; count < 6; count += 1)
      statuses.push((await requestLink(stage.application.browser(), 'ada@example.com')).status);

    expect(statuses).toEqual([202, 202, 202, 202, 202, 429]);
  });

  it('counts spellings of an email address that reach the same mailbox together', async () => {
    await stage.startWithLimits({ perAddress: { max: 1, windowSeconds: 600 } });
    const spellings = [
      'ada.lovelace@gmail.com',
      'adalovelace@gmail.com',
      'Ada.Love.Lace@googlemail.com',
      ...Array.from({ length: 20 }, (_, n) => `ada.lovelace+${n}@gmail.com`),
      '\uff41da.lovelace@gmail.com',
    ];
    const statuses = [];
    for (const email of spellings)
      statuses.push((await requestLink(stage.application.browser(), email)).status);

    expect(statuses).toEqual([202, ...spellings.slice(1).map(() => 429)]);
    expect(bodiesSentTo(stage.emulator, sendLinkPath)).toMatchObject([{ email: 'ada.lovelace@gmail.com' }]);
  });

  it.each([
    ['a right-to-left override', 'ada\u202e@example.com'],
    ['a zero-width space', 'a\u200bda@example.com'],
    ['a byte order mark', '\ufeffada@example.com'],
    ['a lone surrogate', 'ada\ud800@example.com'],
    ['two dots in a row', 'a..b@example.com'],
    ['a local part of 65 characters', `${'a'.repeat(65)}@example.com`],
  ])('responds email_invalid without a call to an email address with %s', async (_, email) => {
    const browser = await stage.startWithLimits({});

    const response = await requestLink(browser, email);

    expect([response.status, response.json(), response.setCookies]).toEqual([
      400,
      refusalBody('email_invalid'),
      [],
    ]);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('does not count link requests that are rejected for another reason', async () => {
    const browser = await stage.startWithLimits({ perIp: { max: 1, windowSeconds: 60 } });
    for (const email of ['', 'ada']) await requestLink(browser, email);
    await requestLink(browser, 'ada@example.com', { 'sec-fetch-site': 'cross-site' });

    expect((await requestLink(browser, 'ada@example.com')).status).toBe(202);
  });

  it('counts link requests in a custom storage, which receives hashed keys only', async () => {
    const calls: unknown[][] = [];
    const counts = new Map<string, number>();
    const storage: LimitStorage = {
      increment: async (...call) => {
        calls.push(call);
        const [key, ttl, limit] = call;
        const totalHits = (counts.get(key) ?? 0) + 1;
        counts.set(key, totalHits);
        const isBlocked = totalHits > limit;
        return { totalHits, timeToExpire: ttl / 1000, isBlocked, timeToBlockExpire: isBlocked ? 77 : 0 };
      },
    };
    const browser = await stage.startWithLimits(
      { perIp: { max: 9, windowSeconds: 20 }, perAddress: { max: 1, windowSeconds: 60 } },
      { options: { shared: { limits: storage } } },
    );
    await requestLink(browser, 'ada@example.com');

    const response = await requestLink(stage.application.browser(), 'ada@example.com');

    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '77']);
    const hash = expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) as unknown;
    expect(calls.slice(0, 2)).toEqual([
      [hash, 20_000, 9, 20_000, 'stytch-login-ip'],
      [hash, 60_000, 1, 60_000, 'stytch-login-address'],
    ]);
    expect(new Set(calls.map(([key]) => key)).size).toBe(2);
  });

  it.each<[string, () => Promise<never>]>([
    ['rejects', () => Promise.reject(new Error('Redis of ada@example.com is gone'))],
    [
      'throws',
      () => {
        throw new Error('Redis is gone');
      },
    ],
    ['returns nothing', () => Promise.resolve(undefined as never)],
    ['returns an invalid value', () => Promise.resolve({ totalHits: 'many' } as never)],
    ['never settles', () => new Promise<never>(() => undefined)],
  ])(
    'counts link requests in this process and logs the failure once when the storage %s',
    async (_, increment) => {
      const log = new CapturedLog();
      await stage.startWithLimits(
        { perAddress: { max: 1, windowSeconds: 60 } },
        { configure: log.attachTo, options: { shared: { limits: { increment } } } },
      );

      const statuses = [];
      for (const email of ['ada@example.com', 'ada@example.com', 'grace@example.com'])
        statuses.push((await requestLink(stage.application.browser(), email)).status);

      expect(statuses).toEqual([202, 429, 202]);
      expect(log.lines.filter((line) => line.includes('shared.limits'))).toEqual([
        expect.stringContaining(
          'shared.limits failed or took longer than 50 ms. Until it recovers, limits apply per process.',
        ),
      ]);
      expect(log.lines.join()).not.toContain('ada@example.com');
    },
  );
});

describePlatforms('the limits behind a proxy', (platform) => {
  const stage = useLimitedApplications(platform);

  it('limits all clients behind a proxy that is not trusted to ten times perIp together, and logs one error', async () => {
    const log = new CapturedLog();
    const browser = await stage.startWithLimits(
      { perIp: { max: 1, windowSeconds: 60 } },
      { configure: log.attachTo },
    );
    const statuses = [];
    for (let n = 0; n < 12; n += 1) {
      const response = await requestLink(browser, `${n}@example.com`, {
        'x-forwarded-for': `203.0.113.${n}`,
      });
      statuses.push(response.status);
    }

    expect(statuses).toEqual([...Array<number>(10).fill(202), 429, 429]);
    expect(stage.exceededLimits()).toEqual(['process', 'process']);
    const lines = log.lines.filter((line) => line.includes('through a proxy that is not trusted'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('Set "trust proxy" (Express) or trustProxy (Fastify).');
    expect(log.lines.join()).not.toContain('203.0.113');
  });

  it('still limits each network that connects directly, without the proxy that is not trusted', async () => {
    const browser = await stage.startWithLimits({ perIp: { max: 1, windowSeconds: 60 } });
    await requestLink(browser, 'a@example.com', { 'x-forwarded-for': '203.0.113.1' });

    const statuses = [];
    for (const email of ['b@example.com', 'c@example.com'])
      statuses.push((await requestLink(browser, email)).status);

    expect(statuses).toEqual([202, 429]);
  });

  /** An application that trusts one proxy, and that proxy. */
  async function startBehindProxy(limits: Limits) {
    const log = new CapturedLog();
    await stage.startWithLimits(limits, {
      fastify: { trustProxy: '127.0.0.1' },
      configure: (app) => {
        log.attachTo(app);
        if (platform === 'Express') (app as NestExpressApplication).set('trust proxy', 1);
      },
    });
    /** The status of a link request of a new browser. */
    const statusFor = async (addresses: string, email: string) =>
      (await requestLink(stage.application.browser(), email, { 'x-forwarded-for': addresses })).status;
    return { log, statusFor };
  }

  it('counts the networks of clients behind a trusted proxy separately', async () => {
    const { log, statusFor } = await startBehindProxy({ perIp: { max: 1, windowSeconds: 60 } });

    const statuses = [
      await statusFor('203.0.113.1', 'a@example.com'),
      await statusFor('203.0.113.2', 'b@example.com'),
      // The client sent 198.51.100.7; the proxy appended 203.0.113.1.
      await statusFor('198.51.100.7, 203.0.113.1', 'c@example.com'),
      await statusFor('2001:db8:0:1::1', 'd@example.com'),
      await statusFor('2001:db8:0:1:ffff::2', 'e@example.com'),
      await statusFor('2001:db8:0:2::1', 'f@example.com'),
    ];

    expect(statuses).toEqual([202, 202, 429, 202, 429, 202]);
    expect(log.lines.join()).not.toContain('proxy');
  });

  it('ignores the ports that a trusted proxy adds to X-Forwarded-For', async () => {
    const { statusFor } = await startBehindProxy({ perIp: { max: 1, windowSeconds: 60 } });

    const statuses = [
      await statusFor('203.0.113.1:1024', 'a@example.com'),
      await statusFor('203.0.113.1:1025', 'b@example.com'),
      await statusFor('203.0.113.1', 'c@example.com'),
      await statusFor('[2001:db8:0:1::1]:80', 'd@example.com'),
      await statusFor('[2001:db8:0:1::2]:81', 'e@example.com'),
    ];

    expect(statuses).toEqual([202, 429, 429, 202, 429]);
  });

  it('counts everything in X-Forwarded-For that is not an address as one network', async () => {
    const { statusFor } = await startBehindProxy({ perIp: { max: 1, windowSeconds: 60 } });

    const statuses = [];
    for (const text of ['x1', 'x2', 'unknown', '_hidden', '1.2.3.4.5', '203.0.113.1:x', '[::1'])
      statuses.push(await statusFor(text, `${statuses.length}@example.com`));

    expect(statuses).toEqual([202, 429, 429, 429, 429, 429, 429]);
  });

  it('keeps a stranger from locking out the owner of an email address on another network', async () => {
    const { statusFor } = await startBehindProxy({ perAddress: undefined, perAddressTotal: undefined });
    const ofStranger = [];
    for (let n = 0; n < 20; n += 1) ofStranger.push(await statusFor('198.51.100.1', 'ada@example.com'));

    expect(ofStranger).toEqual([...Array<number>(5).fill(202), ...Array<number>(15).fill(429)]);
    expect(await statusFor('203.0.113.1', 'ada@example.com')).toBe(202);
    expect(stage.exceededLimits()).toEqual(Array<string>(15).fill('address'));
  });

  it('sends no more than twenty links in ten minutes to an email address by default', async () => {
    const { statusFor } = await startBehindProxy({ perAddress: undefined, perAddressTotal: undefined });
    const statuses = [];
    for (let n = 0; n < 25; n += 1) statuses.push(await statusFor(`198.51.100.${n}`, 'ada@example.com'));

    expect(statuses).toEqual([...Array<number>(20).fill(202), ...Array<number>(5).fill(429)]);
    expect(new Set(stage.exceededLimits())).toEqual(new Set(['address_total']));
  });

  it('sends another link to the browser that requested one for the address when others used up its limits', async () => {
    const { statusFor } = await startBehindProxy({
      perAddress: { max: 2, windowSeconds: 600 },
      perAddressTotal: { max: 4, windowSeconds: 600 },
    });
    const [owner, ownerOfAnother] = [stage.application.browser(), stage.application.browser()];
    await requestLink(owner, 'ada@example.com', { 'x-forwarded-for': '203.0.113.1' });
    await requestLink(ownerOfAnother, 'grace@example.com', { 'x-forwarded-for': '203.0.113.1' });
    for (let n = 0; n < 5; n += 1) await statusFor(`198.51.100.${n}`, 'ada@example.com');

    const statusOf = async (browser: TestBrowser) =>
      (await requestLink(browser, 'Ada@example.com', { 'x-forwarded-for': '203.0.113.1' })).status;

    expect([await statusOf(stage.application.browser()), await statusOf(ownerOfAnother)]).toEqual([429, 429]);
    expect([await statusOf(owner), await statusOf(owner), await statusOf(owner)]).toEqual([202, 202, 429]);
  });

  it('does not let a browser with a made-up binding request more links', async () => {
    const { statusFor } = await startBehindProxy({ perAddress: { max: 1, windowSeconds: 600 } });
    await statusFor('203.0.113.1', 'ada@example.com');
    const forger = stage.application.browser();
    const [verifier, seal] = ['v'.repeat(43), 's'.repeat(43)];
    forger.cookies.set('stytch_login', `${verifier}.Lw.${seal}.${seal}`);

    const response = await requestLink(forger, 'ada@example.com', { 'x-forwarded-for': '203.0.113.1' });

    expect([response.status, response.json()]).toEqual([429, tooMany]);
  });

  it('signs in the fifty-first person behind one address by default', async () => {
    const { statusFor } = await startBehindProxy({
      perAddress: undefined,
      perAddressTotal: undefined,
      perIp: undefined,
    });
    for (let n = 0; n < 50; n += 1) await statusFor('203.0.113.1', `${n}@example.com`);
    const browser = stage.application.browser();
    const headers = { 'x-forwarded-for': '203.0.113.1' };
    await requestLink(browser, 'ada@example.com', headers);

    const response = await browser.get(await callbackPathOf(stage.emulator, 'ada@example.com'), headers);

    expect([response.status, response.headers.get('location')]).toEqual([303, '/']);
  });
});

describePlatforms('limits.challenge', (platform) => {
  const stage = useLimitedApplications(platform);
  type Challenge = NonNullable<Limits['challenge']>;

  /** The responses to requests that exceed `perAddress`, one for each value of the field `captcha`. */
  async function responsesWith(challenge: Challenge, captchas: readonly unknown[]) {
    const log = new CapturedLog();
    await stage.startWithLimits(
      { perAddress: { max: 1, windowSeconds: 600 }, challenge },
      { configure: log.attachTo },
    );
    await requestLink(stage.application.browser(), 'ada@example.com');
    stage.emulator.requests.clear();
    const responses = [];
    for (const captcha of captchas) {
      const body = { email: 'ada@example.com', captcha };
      responses.push(await stage.application.browser().postJson('/auth/login', body));
    }
    return { log, responses };
  }

  it('is called with the limit and the request, and sends the link if it returns true', async () => {
    const limits: string[] = [];
    const { responses } = await responsesWith(
      async ({ limit, request }) => {
        limits.push(limit);
        return (request as { body: { captcha: unknown } }).body.captcha === 'solved';
      },
      ['solved', 'wrong', undefined],
    );

    expect(responses.map(({ status }) => status)).toEqual([202, 429, 429]);
    expect(responses[1]?.json()).toEqual(tooMany);
    expect(limits).toEqual(['address', 'address', 'address']);
    expect(stage.exceededLimits()).toEqual(['address', 'address']);
    expect(callsTo(stage.emulator)).toHaveLength(1);
  });

  it.each<[string, Challenge]>([
    ['returns false', () => false],
    ['resolves to 1', () => Promise.resolve(1 as never)],
    ['rejects', () => Promise.reject(new Error('no CAPTCHA from ada@example.com'))],
    [
      'throws',
      () => {
        throw new Error('no CAPTCHA from ada@example.com');
      },
    ],
  ])('refuses the request if it %s', async (_, challenge) => {
    const { log, responses } = await responsesWith(challenge, ['solved']);

    expect(responses.map((response) => [response.status, response.json(), response.setCookies])).toEqual([
      [429, tooMany, []],
    ]);
    expect(responses[0]?.headers.get('retry-after')).toMatch(/^(59\d|600)$/);
    expect(callsTo(stage.emulator)).toEqual([]);
    expect(log.lines.join()).not.toContain('ada@example.com');
  });

  it('is not called for requests within the limits', async () => {
    const challenge = jest.fn<Challenge>().mockReturnValue(true);
    const browser = await stage.startWithLimits({ perAddress: { max: 1, windowSeconds: 600 }, challenge });

    expect((await requestLink(browser, 'ada@example.com')).status).toBe(202);
    expect(challenge).not.toHaveBeenCalled();
  });
});
