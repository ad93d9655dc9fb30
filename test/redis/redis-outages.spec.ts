import { Redis } from 'ioredis';
import { StytchEvents, type StytchEvent } from 'nestjs-stytch';
import { redis, redisRevocations } from 'nestjs-stytch/redis';
import type { MintedSession } from 'stytch-emulator';
import { MeController, meOf } from '../support/me.controller.js';
import { RedisRelay } from '../support/redis-relay.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { refusalBody } from '../support/refusals.js';
import { keepSession } from '../support/sessions.js';
import type { ApplicationUnderTest } from '../support/start-application.js';
import { until } from '../support/until.js';
import { useEmulator } from '../support/use-application.js';

/** What happens to Redis, or to the network between it and one of two instances. */
interface Outage {
  readonly title: string;
  readonly begin: (stage: Network) => Promise<void> | void;
  readonly end: (stage: Network) => Promise<void> | void;
}

interface Network {
  readonly server: RedisServer;
  readonly relay: RedisRelay;
  readonly admin: Redis;
}

const outages: Outage[] = [
  { title: 'is stopped', begin: ({ server }) => server.stop(), end: ({ server }) => server.restart() },
  {
    title: 'hangs',
    begin: ({ server }) => {
      server.pause();
    },
    end: ({ server }) => {
      server.resume();
    },
  },
  {
    title: 'is out of memory',
    begin: async ({ admin }) => {
      await admin.config('SET', 'maxmemory', '1');
    },
    end: async ({ admin }) => {
      await admin.config('SET', 'maxmemory', '0');
    },
  },
  {
    title: 'can not be reached from the instance that signs out',
    begin: ({ relay }) => {
      relay.partition();
    },
    end: ({ relay }) => {
      relay.heal();
    },
  },
];

describeWithRedis('two instances that share sign-outs', () => {
  const stage = useEmulator();
  let network: Network;
  let clients: Redis[];
  const start = async (url: string) => {
    const client = new Redis(url, { retryStrategy: () => 100 });
    client.on('error', () => undefined);
    clients.push(client);
    await until(() => client.status === 'ready');
    return stage.start({
      controllers: [MeController],
      options: { shared: redis({ client }) },
    });
  };
  const sharingEventsOf = (instance: ApplicationUnderTest) => {
    const events: StytchEvent['type'][] = [];
    instance.app.get(StytchEvents).subscribe(({ type }) => {
      if (type.startsWith('sharing')) events.push(type);
    });
    return events;
  };
  const startSignIn = async (instance: ApplicationUnderTest) =>
    (await instance.browser().postJson('/auth/login', { email: 'ada@example.com' })).status;
  const me = async (instance: ApplicationUnderTest, session: MintedSession) => {
    const browser = instance.browser();
    keepSession(browser, session);
    const { status, json } = await browser.get('/me', { accept: 'application/json' });
    return [status, json()];
  };
  const accepted = (session: MintedSession) => [200, meOf(session)];
  const refused = [401, refusalBody('session_revoked')];
  const signOut = async (instance: ApplicationUnderTest, session: MintedSession) => {
    const browser = instance.browser();
    keepSession(browser, session);
    expect((await browser.request('POST', '/auth/logout')).status).toBe(204);
  };
  const newSession = () => stage.emulator.sessions.create({ email: 'ada@example.com' });

  beforeEach(async () => {
    clients = [];
    const server = await RedisServer.start();
    const admin = new Redis(server.url, { retryStrategy: () => 100 });
    admin.on('error', () => undefined);
    clients.push(admin);
    network = { server, admin, relay: await RedisRelay.before(server.port) };
  });
  afterEach(async () => {
    for (const client of clients) client.disconnect();
    await network.relay.close();
    await network.server.stop();
  });

  describe.each(outages)('while Redis $title', ({ begin, end }) => {
    it('serve requests and sign people out without waiting, and agree when it is over', async () => {
      const [one, other] = [await start(network.relay.url), await start(network.server.url)];
      const [signedOut, revokedBefore, active] = [await newSession(), await newSession(), await newSession()];
      await signOut(one, revokedBefore);
      await until(async () => (await me(other, revokedBefore))[0] === 401);
      const events = sharingEventsOf(one);
      await begin(network);

      await signOut(one, signedOut);
      expect([await startSignIn(one), await startSignIn(other)]).toEqual([202, 202]);
      expect([await me(one, signedOut), await me(other, signedOut)]).toEqual([refused, accepted(signedOut)]);
      expect([await me(one, revokedBefore), await me(other, revokedBefore)]).toEqual([refused, refused]);
      expect([await me(one, active), await me(other, active)]).toEqual([accepted(active), accepted(active)]);

      await until(() => events.length > 0);
      await end(network);
      await until(async () => (await me(other, signedOut))[0] === 401);
      await until(() => events.length > 1);
      expect(events).toEqual(['sharing_interrupted', 'sharing_resumed']);
      expect([await me(one, active), await me(other, active)]).toEqual([accepted(active), accepted(active)]);
    });
  });

  it('agree within the delay while Redis is slow, and keep serving requests', async () => {
    const [one, other] = [await start(network.relay.url), await start(network.server.url)];
    const session = await newSession();
    network.relay.delayMs = 500;
    await signOut(one, session);
    expect(await me(one, session)).toEqual(refused);

    await until(async () => (await me(other, session))[0] === 401);
  });

  it('keep their denials when Redis is restarted and empty, and share new ones', async () => {
    const [one, other] = [await start(network.relay.url), await start(network.server.url)];
    const [before, after] = [await newSession(), await newSession()];
    await signOut(one, before);
    await until(async () => (await me(other, before))[0] === 401);
    await network.server.stop();
    await network.server.restart();
    await signOut(one, after);
    await until(async () => (await me(other, after))[0] === 401);

    expect([await me(one, before), await me(other, before)]).toEqual([refused, refused]);
  });

  it('publish their own denials again when Redis has lost them, for instances that start later', async () => {
    const one = await start(network.server.url);
    const session = await newSession();
    await signOut(one, session);
    const published = () => network.admin.zcard(`nestjs-stytch:{${stage.emulator.projectId}}:revocations`);
    await until(async () => (await published()) > 0);
    await network.admin.flushall();
    await until(async () => (await published()) > 0);

    expect(await me(await start(network.server.url), session)).toEqual(refused);
  });

  it('tell when they are interrupted, and when that is over', async () => {
    const one = await start(network.server.url);
    const events: StytchEvent['type'][] = [];
    one.app.get(StytchEvents).subscribe(({ type }) => events.push(type));
    await network.server.stop();
    await until(() => events.length === 1);
    await network.server.restart();
    await until(() => events.length === 2);

    expect(events).toEqual(['sharing_interrupted', 'sharing_resumed']);
  });

  it('start without Redis, and share as soon as it is there', async () => {
    const other = await start(network.server.url);
    await network.server.stop();
    const client = new Redis(network.server.url, { retryStrategy: () => 100 });
    client.on('error', () => undefined);
    clients.push(client);
    const one = await stage.start({
      controllers: [MeController],
      options: { shared: { revocations: redisRevocations(client) } },
    });
    const session = await newSession();
    expect(await me(one, session)).toEqual(accepted(session));
    await signOut(one, session);
    await network.server.restart();

    await until(async () => (await me(other, session))[0] === 401);
  });
});
