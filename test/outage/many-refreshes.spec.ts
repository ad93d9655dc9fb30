import { StytchEvents } from 'nestjs-stytch';
import { MeController } from '../support/me.controller.js';
import { bodiesSentTo, callsTo, signedInBrowser } from '../support/sessions.js';
import { until } from '../support/until.js';
import { useEmulator, useStytchFront } from '../support/use-application.js';

const authenticate = '/v1/sessions/authenticate';

describe('many sessions whose JWTs have expired', () => {
  const stage = useEmulator();
  const proxy = useStytchFront(stage);
  const start = (maxConnections: number, deadlineMs: number) =>
    stage.start({
      controllers: [MeController],
      options: { apiUrl: proxy.front.url, http: { maxConnections, deadlineMs } },
    });

  /** Browsers of different people, each of which needs a refresh. */
  async function browsersOf(count: number, application: Awaited<ReturnType<typeof start>>) {
    const browsers = await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const email = `person-${index}@example.com`;
        return (await signedInBrowser({ emulator: stage.emulator, application }, { email })).browser;
      }),
    );
    stage.emulator.clock.advance({ minutes: 6 });
    stage.emulator.requests.clear();
    return browsers;
  }

  it('are all refreshed within the deadline over a limited number of connections', async () => {
    const application = await start(8, 10_000);
    const browsers = await browsersOf(120, application);
    stage.emulator.faults.add({ kind: 'delay', ms: 20, path: authenticate });
    const openedBefore = proxy.front.opened;

    const responses = await Promise.all(browsers.map((browser) => browser.get('/me')));

    expect(responses.map(({ status }) => status)).toEqual(browsers.map(() => 200));
    expect(callsTo(stage.emulator)).toHaveLength(120);
    // Eight for refreshes and two for the signing keys.
    expect(proxy.front.opened - openedBefore).toBeLessThanOrEqual(10);
    expect(application.app.get(StytchEvents).counts.outage_began).toBeUndefined();
  });

  it('get 503 without a call if their refresh could not complete in time, which is no outage', async () => {
    const application = await start(4, 2_000);
    const browsers = await browsersOf(100, application);
    stage.emulator.faults.add({ kind: 'delay', ms: 400, path: authenticate });

    const responses = await Promise.all(browsers.map((browser) => browser.get('/me')));

    const statuses = responses.map(({ status }) => status);
    const refreshed = statuses.filter((status) => status === 200).length;
    expect(statuses.filter((status) => status === 503)).toHaveLength(100 - refreshed);
    expect(refreshed).toBeGreaterThan(0);
    expect(callsTo(stage.emulator).length).toBeLessThan(40);
    for (const { setCookies, status } of responses) if (status === 503) expect(setCookies).toEqual([]);
    expect(application.app.get(StytchEvents).counts.outage_began).toBeUndefined();
  });
});

describe('sign-out on all devices of a person with 2,000 sessions', () => {
  const stage = useEmulator();

  it('revokes all of them', async () => {
    // The response waits that long for the revocations.
    const options = { http: { deadlineMs: 30_000 } };
    const application = await stage.start({ controllers: [MeController], options });
    const { browser, session } = await signedInBrowser({ emulator: stage.emulator, application });
    for (let sessions = 1; sessions < 2000; sessions += 1)
      await stage.emulator.sessions.create({ email: 'ada@example.com' });

    const response = await browser.postJson('/auth/logout', { everywhere: true });

    expect(response.status).toBe(204);
    expect(stage.emulator.sessions.list().filter(({ user_id }) => user_id === session.user_id)).toEqual([]);
  });

  it('does not delay the sign-out of another person', async () => {
    const application = await stage.start({ controllers: [MeController] });
    const { browser } = await signedInBrowser({ emulator: stage.emulator, application });
    for (let sessions = 1; sessions < 400; sessions += 1)
      await stage.emulator.sessions.create({ email: 'ada@example.com' });
    const other = await signedInBrowser(
      { emulator: stage.emulator, application },
      { email: 'grace@example.com' },
    );
    const revocations = () => bodiesSentTo(stage.emulator, '/v1/sessions/revoke');
    stage.emulator.faults.add({ kind: 'delay', ms: 50, path: '/v1/sessions/revoke' });

    const everywhere = browser.postJson('/auth/logout', { everywhere: true });
    await until(() => revocations().length > 1);
    const response = await other.browser.postJson('/auth/logout', {});
    const seen = revocations();
    stage.emulator.faults.clear();

    expect(response.status).toBe(204);
    expect(seen).toContainEqual({ session_id: other.session.session_id });
    expect(seen.length).toBeLessThan(200);
    expect((await everywhere).status).toBe(204);
  });
});

describe('a fetch that drops the dispatcher', () => {
  const stage = useEmulator();
  const proxy = useStytchFront(stage);
  const { fetch } = globalThis;
  afterEach(() => {
    globalThis.fetch = fetch;
  });

  it('does not remove the deadline of a call', async () => {
    globalThis.fetch = (input, init) => {
      const options: RequestInit & { dispatcher?: unknown } = { ...init };
      delete options.dispatcher;
      return fetch(input, options);
    };
    const application = await stage.start({
      controllers: [MeController],
      options: { apiUrl: proxy.front.url, http: { deadlineMs: 200 } },
    });
    const { browser } = await signedInBrowser({ emulator: stage.emulator, application });
    stage.emulator.clock.advance({ minutes: 6 });
    proxy.front.respond(authenticate, () => undefined);

    const response = await browser.get('/me');

    expect([response.status, response.setCookies]).toEqual([503, []]);
  });
});
