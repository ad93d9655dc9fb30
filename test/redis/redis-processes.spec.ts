import { Redis } from 'ioredis';
import type { StytchModuleOptions } from 'nestjs-stytch';
import { redisPendingRevocations } from 'nestjs-stytch/redis';
import type { TestBrowser } from 'nestjs-stytch/testing';
import type { MintedSession } from 'stytch-emulator';
import { startApplicationProcess, type ApplicationProcess } from '../support/start-application-process.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { refusalBody } from '../support/refusals.js';
import { bodiesSentTo, keepSession } from '../support/sessions.js';
import { until } from '../support/until.js';
import { useEmulator } from '../support/use-application.js';

/** How long a session may be accepted after its sign-out was confirmed. */
const maxAcceptedMs = 1_000;
const revokePath = '/v1/sessions/revoke';

describeWithRedis('processes that share state through Redis', () => {
  const stage = useEmulator();
  let server: RedisServer;
  let admin: Redis;
  let running: ApplicationProcess[];
  const start = async (limits?: StytchModuleOptions['limits']) => {
    const started = await startApplicationProcess(stage.emulator, { redisUrl: server.url, limits });
    running.push(started);
    return started;
  };
  const newSession = () => stage.emulator.sessions.create({ email: 'ada@example.com' });
  const browserOf = (instance: ApplicationProcess, session: MintedSession) => {
    const browser = instance.browser();
    keepSession(browser, session);
    return browser;
  };
  const isActive = (sessionId: string) =>
    stage.emulator.sessions.list().some(({ session_id }) => session_id === sessionId);

  beforeEach(async () => {
    running = [];
    server = await RedisServer.start();
    admin = new Redis(server.url);
    admin.on('error', () => undefined);
    await until(() => admin.status === 'ready');
  });
  afterEach(async () => {
    for (const { child } of running) child.kill('SIGKILL');
    await Promise.all(running.map(({ ended }) => ended));
    admin.disconnect();
    await server.stop();
  });

  it('refuse each session within a second after it was signed out at another process', async () => {
    const [one, other] = [await start(), await start()];
    const acceptedMs: number[] = [];
    for (let signOut = 0; signOut < 20; signOut += 1) {
      const session = await newSession();
      const browser = browserOf(other, session);
      expect((await browser.get('/orders')).status).toBe(200);
      expect((await browserOf(one, session).request('POST', '/auth/logout')).status).toBe(204);

      acceptedMs.push(await acceptedMsOf(browserOf(other, session)));
      const response = await browserOf(other, session).get('/orders');
      expect([response.status, response.json()]).toEqual([401, refusalBody('session_revoked')]);
    }
    expect(Math.max(...acceptedMs)).toBeLessThan(maxAcceptedMs);
  });

  it('count limits together', async () => {
    const limits = { perAddress: { max: 2, windowSeconds: 600 } };
    const [one, other] = [await start(limits), await start(limits)];
    const statuses = [];
    for (const instance of [one, other, one, other]) {
      const { status } = await instance.browser().postJson('/auth/login', { email: 'ada@example.com' });
      statuses.push(status);
    }
    expect(statuses).toEqual([202, 202, 429, 429]);
  });

  it('revoke what a killed process had not revoked yet, and refuse the session until then', async () => {
    const one = await start();
    const session = await newSession();
    stage.emulator.faults.add({ kind: 'hang', path: revokePath });
    const browser = browserOf(one, session);
    expect((await browser.request('POST', '/auth/logout')).status).toBe(204);
    const pending = `nestjs-stytch:{${stage.emulator.projectId}}:pending`;
    await until(async () => (await admin.zscore(pending, session.session_id)) !== null);
    one.child.kill('SIGKILL');
    await one.ended;
    expect(isActive(session.session_id)).toBe(true);

    stage.emulator.faults.clear();
    stage.emulator.requests.clear();
    // As if the time had passed in which the process would have tried again.
    await admin.zadd(pending, 'XX', '0', session.session_id);
    const other = await start();
    expect((await browserOf(other, session).get('/orders')).status).toBe(401);
    await until(() => !isActive(session.session_id));

    expect(bodiesSentTo(stage.emulator, revokePath)).toEqual([{ session_id: session.session_id }]);
    await until(async () => (await admin.zcard(pending)) === 0);
  });

  it.each(['ioredis', 'node-redis'] as const)(
    'exit by themselves once the application and their client of %s are closed',
    async (redisClient) => {
      const one = await startApplicationProcess(stage.emulator, { redisUrl: server.url, redisClient });
      running.push(one);
      const session = await newSession();
      expect((await browserOf(one, session).get('/orders')).status).toBe(200);
      expect((await browserOf(one, session).request('POST', '/auth/logout')).status).toBe(204);
      one.child.stdin.end();

      expect([await one.ended, one.output.stderr]).toEqual([{ exitCode: 0, signal: null }, '']);
    },
  );

  it('give each revocation to one caller at a time, until the lease ends or the session does', async () => {
    const storage = redisPendingRevocations(admin);
    const inAnHour = Date.now() + 3_600_000;
    const [first, second] = [
      { sessionId: 'session-test-1', untilMs: inAnHour },
      { sessionId: 'session-test-2', untilMs: inAnHour },
    ];
    const over = { sessionId: 'session-test-3', untilMs: Date.now() - 1 };
    await storage.put('project-test-1', [first, second, over], 0);
    await storage.put('project-test-1', [{ sessionId: 'session-test-4', untilMs: inAnHour }], 60_000);

    const claims = await Promise.all([1, 2, 3].map(() => storage.claim('project-test-1', 1, 60_000)));
    expect(claims.flat().sort((a, b) => a.sessionId.localeCompare(b.sessionId))).toEqual([first, second]);
    expect(await storage.claim('project-test-1', 9, 60_000)).toEqual([]);
    expect(await storage.claim('project-test-2', 9, 60_000)).toEqual([]);
    await storage.remove('project-test-1', ['session-test-1', 'session-test-2']);
    expect((await admin.keys('*')).sort()).toEqual([
      'nestjs-stytch:{project-test-1}:pending',
      'nestjs-stytch:{project-test-1}:pending-until',
    ]);
    expect(await admin.zrange('nestjs-stytch:{project-test-1}:pending', '0', '-1')).toEqual([
      'session-test-4',
    ]);
  });
});

/** How long requests were accepted that were sent one after the other from now on. Bounded by the test's timeout. */
async function acceptedMsOf(browser: TestBrowser): Promise<number> {
  const beganAtMs = performance.now();
  for (let lastMs = 0; ;) {
    const sentAfterMs = performance.now() - beganAtMs;
    if ((await browser.get('/orders')).status === 401) return lastMs;
    lastMs = sentAfterMs;
  }
}
