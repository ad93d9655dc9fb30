import type { NestExpressApplication } from '@nestjs/platform-express';
import { StytchEvents, type LimitStorage, type StytchEvent } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import type { TestBrowser } from 'nestjs-stytch/testing';
import { CapturedLog } from '../support/captured-log.js';
import { callsTo } from '../support/sessions.js';
import {
  describePlatforms,
  startApplication,
  type ApplicationSettings,
  type ApplicationUnderTest,
} from '../support/start-application.js';

const tooMany = {
  statusCode: 429,
  error: 'Too Many Requests',
  message: 'Too many requests. Wait a moment and try again.',
  code: 'rate_limited',
};
const off = { perAddress: false, perIp: false } as const;

describePlatforms('asking for links too often', (platform) => {
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

  async function limited(
    limits: NonNullable<ApplicationSettings['options']>['limits'],
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
  const ask = (browser: TestBrowser, email: string, headers?: Record<string, string>) =>
    browser.postJson('/auth/login', { email }, headers);
  const limitsHit = () => events.flatMap((event) => (event.type === 'rate_limited' ? [event.limit] : []));

  it('for one address is 429, told when to come back, and no mail is sent; for others it is not', async () => {
    const browser = await limited({ perAddress: { max: 2, windowSeconds: 600 } });
    await ask(browser, 'ada@example.com');
    emulator.clock.advance({ seconds: 100 });
    await ask(browser, ' ADA@Example.com ');
    emulator.requests.clear();

    const program = await ask(application.browser(), 'ada@example.COM');
    const person = await browser.postForm('/auth/login', { email: 'ada@example.com' });

    expect([program.status, program.json(), program.setCookies]).toEqual([429, tooMany, []]);
    expect([program.headers.get('retry-after'), program.headers.get('cache-control')]).toEqual([
      '500',
      'no-store',
    ]);
    expect([person.status, person.headers.get('retry-after'), person.setCookies]).toEqual([429, '500', []]);
    expect(person.text).toContain('Too many sign-in attempts. Please wait a few minutes.');
    expect(callsTo(emulator)).toEqual([]);
    expect(limitsHit()).toEqual(['address', 'address']);
    expect((await ask(browser, 'grace@example.com')).status).toBe(202);
  });

  it('passes with the window', async () => {
    const browser = await limited({ perAddress: { max: 1, windowSeconds: 60 } });
    const statuses = [];
    for (const seconds of [0, 30, 20, 10, 0]) {
      emulator.clock.advance({ seconds });
      statuses.push((await ask(browser, 'ada@example.com')).status);
    }

    expect(statuses).toEqual([202, 429, 429, 202, 429]);
  });

  it('is the same for addresses Stytch knows and for others', async () => {
    await emulator.sessions.create({ email: 'known@example.com' });
    const browser = await limited({ perAddress: { max: 1, windowSeconds: 60 } });
    const answers = [];
    for (const email of ['known@example.com', 'unknown@example.com']) {
      await ask(application.browser(), email);
      answers.push(await ask(browser, email));
    }

    const [known, unknown] = answers.map(({ status, text, headers }) => [
      status,
      text,
      headers.get('retry-after'),
    ]);
    expect(known).toEqual([429, JSON.stringify(tooMany), '60']);
    expect(unknown).toEqual(known);
  });

  it('from one network is 429 for every address, and says so apart', async () => {
    const browser = await limited({
      perIp: { max: 2, windowSeconds: 30 },
      perAddress: { max: 1, windowSeconds: 600 },
    });
    await ask(browser, 'a@example.com');
    await ask(browser, 'b@example.com');
    emulator.requests.clear();

    const answer = await ask(application.browser(), 'c@example.com');

    expect([answer.status, answer.json(), answer.headers.get('retry-after')]).toEqual([429, tooMany, '30']);
    expect([limitsHit(), callsTo(emulator)]).toEqual([['ip'], []]);
    emulator.clock.advance({ seconds: 31 });
    expect((await ask(browser, 'c@example.com')).status).toBe(202);
  });

  it('is five times in ten minutes for an address unless something else was said', async () => {
    const browser = await limited({ perAddress: undefined, perIp: undefined });
    const statuses = [];
    for (let asked = 0; asked < 6; asked += 1) statuses.push((await ask(browser, 'ada@example.com')).status);

    expect(statuses).toEqual([202, 202, 202, 202, 202, 429]);
  });

  it('is not helped by X-Forwarded-For, of which a proxy nobody told of is warned once', async () => {
    const log = new CapturedLog();
    const browser = await limited({ perIp: { max: 1, windowSeconds: 60 } }, { configure: log.attachTo });
    const first = await ask(browser, 'a@example.com', { 'x-forwarded-for': '203.0.113.1' });
    const second = await ask(browser, 'b@example.com', { 'x-forwarded-for': '203.0.113.2' });

    expect([first.status, second.status]).toEqual([202, 429]);
    const warnings = log.lines.filter((line) => line.includes('through a proxy that is not trusted'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('Set "trust proxy" (Express) or trustProxy (Fastify).');
    expect(log.lines.join()).not.toContain('203.0.113');
  });

  it('counts people behind a proxy that was told of', async () => {
    const log = new CapturedLog();
    const browser = await limited(
      { perIp: { max: 1, windowSeconds: 60 } },
      {
        fastify: { trustProxy: '127.0.0.1' },
        configure: (app) => {
          log.attachTo(app);
          if (platform === 'Express') (app as NestExpressApplication).set('trust proxy', 1);
        },
      },
    );
    const from = (addresses: string, email: string) => ask(browser, email, { 'x-forwarded-for': addresses });

    const statuses = [
      (await from('203.0.113.1', 'a@example.com')).status,
      (await from('203.0.113.2', 'b@example.com')).status,
      // What the person wrote there is left of what the proxy added.
      (await from('198.51.100.7, 203.0.113.1', 'c@example.com')).status,
      (await from('2001:db8:0:1::1', 'd@example.com')).status,
      (await from('2001:db8:0:1:ffff::2', 'e@example.com')).status,
      (await from('2001:db8:0:2::1', 'f@example.com')).status,
    ];

    expect(statuses).toEqual([202, 202, 429, 202, 429, 202]);
    expect(log.lines.join()).not.toContain('proxy');
  });

  it('is not possible with requests that are refused anyway', async () => {
    const browser = await limited({ perIp: { max: 1, windowSeconds: 60 } });
    for (const email of ['', 'ada']) await ask(browser, email);
    await ask(browser, 'ada@example.com', { 'sec-fetch-site': 'cross-site' });

    expect((await ask(browser, 'ada@example.com')).status).toBe(202);
  });

  it('is told by a storage of the application’s own, which learns no address', async () => {
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
    const browser = await limited({
      perIp: { max: 9, windowSeconds: 20 },
      perAddress: { max: 1, windowSeconds: 60 },
      storage,
    });
    await ask(browser, 'ada@example.com');

    const answer = await ask(browser, 'ada@example.com');

    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '77']);
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
    ['answers nothing', () => Promise.resolve(undefined as never)],
    ['answers garbage', () => Promise.resolve({ totalHits: 'many' } as never)],
    ['never answers', () => new Promise<never>(() => undefined)],
  ])('counts here while that storage %s, and says so once', async (_, increment) => {
    const log = new CapturedLog();
    const browser = await limited(
      { perAddress: { max: 1, windowSeconds: 60 }, storage: { increment } },
      { configure: log.attachTo },
    );

    const statuses = [
      (await ask(browser, 'ada@example.com')).status,
      (await ask(browser, 'ada@example.com')).status,
      (await ask(browser, 'grace@example.com')).status,
    ];

    expect(statuses).toEqual([202, 429, 202]);
    expect(log.lines.filter((line) => line.includes('limits.storage'))).toEqual([
      expect.stringContaining(
        'The configured limits.storage failed. Until it recovers, limits apply per process.',
      ),
    ]);
    expect(log.lines.join()).not.toContain('ada@example.com');
  });
});
