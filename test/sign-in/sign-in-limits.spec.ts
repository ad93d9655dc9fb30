import type { NestExpressApplication } from '@nestjs/platform-express';
import { StytchEvents, type LimitStorage, type StytchEvent } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import type { TestBrowser } from 'nestjs-stytch/testing';
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
const off = { perAddress: false, perIp: false } as const;

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
      options: { limits: { ...off, ...limits } },
      ...settings,
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
    const pageResponse = await browser.postForm('/auth/login', { email: 'ada@example.com' });

    expect([jsonResponse.status, jsonResponse.json(), jsonResponse.setCookies]).toEqual([429, tooMany, []]);
    expect([jsonResponse.headers.get('retry-after'), jsonResponse.headers.get('cache-control')]).toEqual([
      '500',
      'no-store',
    ]);
    expect([pageResponse.status, pageResponse.headers.get('retry-after'), pageResponse.setCookies]).toEqual([
      429,
      '500',
      [],
    ]);
    expect(pageResponse.text).toContain('Too many sign-in attempts. Please wait a few minutes.');
    expect(callsTo(stage.emulator)).toEqual([]);
    expect(stage.exceededLimits()).toEqual(['address', 'address']);
    expect((await requestLink(browser, 'grace@example.com')).status).toBe(202);
  });

  it('accepts link requests again after the rate limit window', async () => {
    const browser = await stage.startWithLimits({ perAddress: { max: 1, windowSeconds: 60 } });
    const statuses = [];
    for (const seconds of [0, 30, 20, 10, 0]) {
      stage.emulator.clock.advance({ seconds });
      statuses.push((await requestLink(browser, 'ada@example.com')).status);
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

  it('accepts five link requests per email address by default', async () => {
    const browser = await stage.startWithLimits({ perAddress: undefined, perIp: undefined });
    const statuses = [];
    for (let count = 0; count < 6; count += 1)
      statuses.push((await requestLink(browser, 'ada@example.com')).status);

    expect(statuses).toEqual([202, 202, 202, 202, 202, 429]);
  });

  it('counts spellings of an email address that reach the same mailbox together', async () => {
    const browser = await stage.startWithLimits({ perAddress: { max: 1, windowSeconds: 600 } });
    const spellings = [
      'ada.lovelace@gmail.com',
      'adalovelace@gmail.com',
      'Ada.Love.Lace@googlemail.com',
      ...Array.from({ length: 20 }, (_, n) => `ada.lovelace+${n}@gmail.com`),
      '\uff41da.lovelace@gmail.com',
    ];
    const statuses = [];
    for (const email of spellings) statuses.push((await requestLink(browser, email)).status);

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
    const browser = await stage.startWithLimits({
      perIp: { max: 9, windowSeconds: 20 },
      perAddress: { max: 1, windowSeconds: 60 },
      storage,
    });
    await requestLink(browser, 'ada@example.com');

    const response = await requestLink(browser, 'ada@example.com');

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
      const browser = await stage.startWithLimits(
        { perAddress: { max: 1, windowSeconds: 60 }, storage: { increment } },
        { configure: log.attachTo },
      );

      const statuses = [
        (await requestLink(browser, 'ada@example.com')).status,
        (await requestLink(browser, 'ada@example.com')).status,
        (await requestLink(browser, 'grace@example.com')).status,
      ];

      expect(statuses).toEqual([202, 429, 202]);
      expect(log.lines.filter((line) => line.includes('limits.storage'))).toEqual([
        expect.stringContaining(
          'The configured limits.storage failed. Until it recovers, limits apply per process.',
        ),
      ]);
      expect(log.lines.join()).not.toContain('ada@example.com');
    },
  );
});

describePlatforms('the limits behind a proxy', (platform) => {
  const stage = useLimitedApplications(platform);

  it('ignores X-Forwarded-For without a trusted proxy and logs one warning', async () => {
    const log = new CapturedLog();
    const browser = await stage.startWithLimits(
      { perIp: { max: 1, windowSeconds: 60 } },
      { configure: log.attachTo },
    );
    const first = await requestLink(browser, 'a@example.com', { 'x-forwarded-for': '203.0.113.1' });
    const second = await requestLink(browser, 'b@example.com', { 'x-forwarded-for': '203.0.113.2' });

    expect([first.status, second.status]).toEqual([202, 429]);
    const warnings = log.lines.filter((line) => line.includes('through a proxy that is not trusted'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('Set "trust proxy" (Express) or trustProxy (Fastify).');
    expect(log.lines.join()).not.toContain('203.0.113');
  });

  /** An application that trusts one proxy, and that proxy. */
  async function startBehindProxy(limits: Limits) {
    const log = new CapturedLog();
    const browser = await stage.startWithLimits(limits, {
      fastify: { trustProxy: '127.0.0.1' },
      configure: (app) => {
        log.attachTo(app);
        if (platform === 'Express') (app as NestExpressApplication).set('trust proxy', 1);
      },
    });
    /** The status of a link request, and the value of X-Forwarded-For that the proxy sends. */
    const statusFor = async (addresses: string, email: string) =>
      (await requestLink(browser, email, { 'x-forwarded-for': addresses })).status;
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
});
