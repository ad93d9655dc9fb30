import { type StytchEvent, StytchEvents } from 'nestjs-stytch';
import { linkAskedForBy } from '../support/links.js';
import { refusalBody } from '../support/refusals.js';
import { callsTo } from '../support/sessions.js';
import { type Stage, useApplication } from '../support/use-application.js';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { TestBrowser } from 'nestjs-stytch/testing';
import { describePlatforms } from '../support/start-application.js';
import { SteppedClock } from '../support/stepped-clock.js';

const tooMany = refusalBody('rate_limited');
const authenticateCall = 'POST /v1/magic_links/authenticate';
const invalidLink = (n: number) =>
  `/auth/authenticate?stytch_token_type=magic_links&token=${`invalid-${n}`.padEnd(44, 'x')}`;

describe('the limit on opened magic links', () => {
  const stage = useApplication({
    platform: 'Express',
    options: { limits: { perAddress: false, perAddressTotal: false, perIp: { max: 2, windowSeconds: 60 } } },
  });
  /** Links are only checked in a browser with a binding cookie, so the browser requests one first. */
  async function useUpLimit() {
    const requested = await linkAskedForBy(stage);
    stage.emulator.requests.clear();
    const statuses = [];
    for (const n of [1, 2]) statuses.push((await requested.browser.get(invalidLink(n))).status);
    expect([statuses, callsTo(stage.emulator)]).toEqual([
      [410, 410],
      [authenticateCall, authenticateCall],
    ]);
    stage.emulator.requests.clear();
    return requested;
  }
  beforeEach(() => {
    stage.emulator.clock.advance({ seconds: 61 });
  });

  it('responds 429 without calling Stytch once a network has opened too many links', async () => {
    const { browser } = await useUpLimit();
    const events: StytchEvent[] = [];
    const unsubscribe = stage.application.app.get(StytchEvents).subscribe((event) => events.push(event));

    const jsonResponse = await browser.get(invalidLink(3));
    const pageResponse = await browser.visit(invalidLink(4));
    unsubscribe();

    expect([jsonResponse.status, jsonResponse.json(), jsonResponse.setCookies]).toEqual([429, tooMany, []]);
    expect(jsonResponse.headers.get('retry-after')).toBe('60');
    expect([pageResponse.status, pageResponse.setCookies]).toEqual([429, []]);
    expect(pageResponse.text).toContain('Links you already received still work.');
    expect(callsTo(stage.emulator)).toEqual([]);
    expect(events).toMatchObject([
      { type: 'rate_limited', limit: 'ip' },
      { type: 'refused', code: 'rate_limited' },
      { type: 'rate_limited', limit: 'ip' },
      { type: 'refused', code: 'rate_limited' },
    ]);
  });

  it('does not consume a link that is over the limit, and accepts it after the window', async () => {
    const { browser, callback } = await useUpLimit();
    const limited = await browser.visit(callback);
    stage.emulator.clock.advance({ seconds: 61 });

    const accepted = await browser.visit(callback);

    expect([limited.status, accepted.status, accepted.headers.get('location')]).toEqual([429, 303, '/']);
  });

  it('counts opened links separately from requested links, and a double click once', async () => {
    const first = await linkAskedForBy(stage, { email: 'ada@example.com' });
    const second = await linkAskedForBy(stage, { email: 'grace@example.com' });

    const responses = [first, first, second, second].map(({ browser, callback }) => browser.visit(callback));

    expect((await Promise.all(responses)).map(({ status }) => status)).toEqual([303, 303, 303, 303]);
  });

  it('does not count links that are opened in a browser without a binding cookie', async () => {
    for (const n of [1, 2, 3]) {
      expect((await stage.application.browser().get(invalidLink(n))).status).toBe(200);
    }
    const { browser, callback } = await linkAskedForBy(stage);

    expect((await browser.visit(callback)).status).toBe(303);
  });
});

const madeUpLink = (n: number) => `/auth/authenticate?token=${`made-up-${n}`.padEnd(44, 'x')}`;
const madeUpBinding = (n: number) => `stytch_login=${`${n}`.padEnd(43, 'v')}.Lw`;
const countOf = <Value>(values: readonly Value[], value: Value) =>
  values.filter((one) => one === value).length;

describePlatforms('the budget of opened links', (platform) => {
  const clock = new SteppedClock(() => stage.emulator);
  const stage: Stage = useApplication({
    platform,
    options: {
      clock,
      limits: { perAddress: false, perAddressTotal: false, perIp: { max: 3, windowSeconds: 600 } },
    },
    fastify: { trustProxy: '127.0.0.1' },
    configure: (app) => {
      if (platform === 'Express') (app as NestExpressApplication).set('trust proxy', 1);
    },
  });
  beforeEach(() => {
    clock.advance({ minutes: 11 });
  });

  /** Opens links that never existed, each from another network. Returns the statuses. */
  async function openMadeUpLinks(count: number): Promise<number[]> {
    const browser = stage.application.browser();
    const responses = Array.from({ length: count }, (_, n) =>
      browser.get(madeUpLink(n), {
        cookie: madeUpBinding(n),
        'x-forwarded-for': `203.0.${n >> 8}.${n & 255}`,
      }),
    );
    return (await Promise.all(responses)).map(({ status }) => status);
  }

  it('makes ten calls for 300 made-up links from 300 networks, and signs in who requested a link', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    stage.emulator.requests.clear();

    const statuses = await openMadeUpLinks(300);

    expect([countOf(statuses, 410), countOf(statuses, 429)]).toEqual([10, 290]);
    expect(callsTo(stage.emulator)).toEqual(Array(10).fill('POST /v1/magic_links/authenticate'));
    const response = await browser.visit(callback);
    expect([response.status, response.headers.get('location')]).toEqual([303, '/']);
  });

  it('does not use up a link that it refuses, and names the limit in the event', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    forgetSeals(browser);
    const limits: string[] = [];
    const unsubscribe = stage.application.app.get(StytchEvents).subscribe((event) => {
      if (event.type === 'rate_limited') limits.push(event.limit);
    });
    await openMadeUpLinks(10);

    const page = await browser.visit(callback);
    const json = await browser.get(callback);
    unsubscribe();
    clock.advance({ seconds: 1 });
    const accepted = await browser.visit(callback);

    expect([page.status, page.headers.get('retry-after'), page.setCookies]).toEqual([429, '1', []]);
    expect(page.text).toContain('Links you already received still work.');
    expect([json.status, json.json(), json.headers.get('retry-after')]).toEqual([429, tooMany, '1']);
    expect(limits).toEqual(['process', 'process']);
    expect([accepted.status, accepted.headers.get('location')]).toEqual([303, '/']);
  });

  it('limits the networks of one IPv6 /48 together', async () => {
    const { browser } = await linkAskedForBy(stage);
    const open = async (ip: string, n: number) =>
      (await browser.get(madeUpLink(n), { cookie: madeUpBinding(n), 'x-forwarded-for': ip })).status;
    const statuses = [];
    for (let n = 0; n < 35; n += 1) {
      if (n % 10 === 0) clock.advance({ seconds: 1 });
      statuses.push(await open(`2001:db8:1:${n % 10}::1`, n));
    }

    expect(statuses).toEqual([...Array<number>(30).fill(410), ...Array<number>(5).fill(429)]);
    expect(await open('2001:db8:2::1', 40)).toBe(410);
  });
});

/** As if the application had another secret when the browser requested its link. */
function forgetSeals({ cookies }: TestBrowser): void {
  const [verifier, returnTo] = cookies.get('stytch_login')?.split('.') ?? [];
  cookies.set('stytch_login', `${verifier}.${returnTo}`);
}
