import { createClient, createClientPool } from '@redis/client';
import { Redis } from 'ioredis';
import type { RevocationNotice } from 'nestjs-stytch';
import { redisRevocations, type RedisClient } from 'nestjs-stytch/redis';
import { RecordingInstance } from '../support/recording-instance.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';

const inAnHour = Date.now() + 3_600_000;
const notice = (key: string, untilMs = inAnHour): RevocationNotice => ({ key, untilMs });

interface TestClient {
  readonly client: RedisClient;
  close(): Promise<void>;
}

const clients: [name: string, create: (url: string) => Promise<TestClient>][] = [
  [
    'ioredis',
    async (url) => {
      const client = new Redis(url, { retryStrategy: () => 50 });
      client.on('error', () => undefined);
      await until(() => client.status === 'ready');
      return {
        client,
        close: async () => {
          client.disconnect();
        },
      };
    },
  ],
  [
    'node-redis',
    async (url) => {
      const client = createClient({ url, socket: { reconnectStrategy: () => 50 } });
      client.on('error', () => undefined);
      await client.connect();
      return {
        client,
        close: async () => {
          client.destroy();
        },
      };
    },
  ],
];

describeWithRedis('redisRevocations', () => {
  describe.each(clients)('with a client of %s', (_, create) => {
    let server: RedisServer;
    let testClient: TestClient;
    let instances: RecordingInstance[];
    const connect = async (namespace = 'project-test-1') => {
      const instance = new RecordingInstance();
      instances.push(instance);
      instance.connection = redisRevocations(testClient.client).connect(namespace, instance);
      await until(() => instance.changes.length > 0);
      return instance;
    };
    beforeAll(async () => {
      server = await RedisServer.start();
    });
    beforeEach(async () => {
      testClient = await create(server.url);
      instances = [];
    });
    afterEach(async () => {
      await Promise.all(instances.map(({ connection }) => connection.close()));
      await testClient.close();
      await server.stop();
      await server.restart();
    });
    afterAll(() => server.stop());

    it('delivers notices to all instances of the project, in order, and keeps them', async () => {
      const [one, other, stranger] = [await connect(), await connect(), await connect('project-test-2')];
      await one.connection.publish([notice('session a'), notice('session b')]);
      await other.connection.publish([notice('session c')]);
      await until(() => one.keys.length === 3 && other.keys.length === 3);

      expect([one.keys, other.keys, stranger.keys]).toEqual([
        ['session a', 'session b', 'session c'],
        ['session a', 'session b', 'session c'],
        [],
      ]);
      expect(new Set((await (await connect()).recent()).map(({ key }) => key))).toEqual(
        new Set(['session a', 'session b', 'session c']),
      );
      expect(await stranger.recent()).toEqual([]);
    });

    it('keeps the last notice of a key, and removes expired ones', async () => {
      const one = await connect();
      await one.connection.publish([notice('session a'), notice('session b', Date.now() - 1)]);
      await one.connection.publish([notice('session a', inAnHour + 1)]);

      expect(await one.recent()).toEqual([notice('session a', inAnHour + 1)]);
    });

    it('reads many notices in pages of 1,000', async () => {
      const one = await connect();
      const keys = Array.from({ length: 2_500 }, (_, n) => `session ${n}`);
      for (let at = 0; at < keys.length; at += 500)
        await one.connection.publish(keys.slice(at, at + 500).map((key) => notice(key)));
      const sizes: number[] = [];
      for await (const page of one.connection.recent()) sizes.push(page.length);

      expect(sizes).toEqual([1000, 1000, 500]);
      expect(new Set((await one.recent()).map(({ key }) => key)).size).toBe(2_500);
    });

    it('tells that the connection was lost and is back, and delivers again', async () => {
      const [one, other] = [await connect(), await connect()];
      await server.stop();
      await until(() => one.changes.length === 2 && other.changes.length === 2);
      await expect(one.connection.publish([notice('session a')])).rejects.toThrow();
      await server.restart();
      await until(() => one.changes.length === 3 && other.changes.length === 3);
      await one.connection.publish([notice('session b')]);
      await until(() => other.keys.length > 0);

      expect(other.keys).toEqual(['session b']);
      expect(one.changes).toEqual(['connected', 'disconnected', 'connected']);
    });

    it('ignores texts that are not messages', async () => {
      const one = await connect();
      const publish = (text: string) =>
        evaluate(testClient.client, "redis.call('PUBLISH', ARGV[1], ARGV[2])", [
          'nestjs-stytch:{project-test-1}:notices',
          text,
        ]);
      for (const text of ['', '1', 'x []', '1 {}', '1 [1]', '1 [["a"]]', '1 not json']) await publish(text);
      await one.connection.publish([notice('session a')]);
      await until(() => one.keys.length > 0);

      expect(one.keys).toEqual(['session a']);
    });
  });

  it('refuses what is no client of Redis', () => {
    for (const wrong of [{}, new Map(), { eval: () => undefined }, createClientPool()])
      expect(() => redisRevocations(wrong as unknown as RedisClient)).toThrow(
        'Expected a client of ioredis (new Redis() or new Cluster()) or of node-redis (createClient(), createCluster() or createSentinel()).',
      );
  });
});

const evaluate = (client: RedisClient, script: string, values: string[]): Promise<unknown> =>
  'status' in client
    ? client.eval(script, 0, ...values)
    : client.eval(script, { keys: [], arguments: values });
