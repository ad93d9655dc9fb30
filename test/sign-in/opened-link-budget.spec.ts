import type { NestExpressApplication } from '@nestjs/platform-express';
import { StytchEvents } from 'nestjs-stytch';
import type { TestBrowser } from 'nestjs-stytch/testing';
import { linkAskedForBy } from '../support/links.js';
import { refusalBody } from '../support/refusals.js';
import { callsTo } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { SteppedClock } from '../support/stepped-clock.js';
import { useApplication, type Stage } from '../support/use-application.js';

const tooMany = refusalBody('rate_limited');
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
