import { createCluster, createSentinel } from '@redis/client';
import { Cluster, Redis } from 'ioredis';
import { redis, type RedisClient } from 'nestjs-stytch/redis';
import { RecordingInstance } from '../support/recording-instance.js';
import { describeWithRedis } from '../support/redis-server.js';
import { TestCluster, TestSentinel, type RedisTopology } from '../support/redis-topology.js';
import { until } from '../support/until.js';

/** How long a failover may take on a slow machine. */
const failoverMs = 120_000;
const namespace = 'project-test-1';
const inAnHour = Date.now() + 3_600_000;
const ignore = () => undefined;

interface Row {
  readonly client: string;
  readonly start: () => Promise<RedisTopology>;
  /** Connects a client to the nodes that tell it which one is the master, and returns it with what closes it. */
  readonly connect: (ports: readonly number[]) => Promise<[RedisClient, close: () => unknown]>;
}

const loopback = (ports: readonly number[]) => ports.map((port) => ({ host: '127.0.0.1', port }));
const startCluster = () => TestCluster.start();
const startSentinel = () => TestSentinel.start();

const rows: Row[] = [
  {
    client: 'Cluster of ioredis',
    start: startCluster,
    connect: async (ports) => {
      const client = new Cluster(loopback(ports));
      client.on('error', ignore);
      await until(() => client.status === 'ready');
      return [
        client,
        () => {
          client.disconnect();
        },
      ];
    },
  },
  {
    client: 'Redis of ioredis with Sentinel',
    start: startSentinel,
    connect: async (ports) => {
      const client = new Redis({ sentinels: loopback(ports), name: TestSentinel.masterName });
      client.on('error', ignore);
      await until(() => client.status === 'ready');
      return [
        client,
        () => {
          client.disconnect();
        },
      ];
    },
  },
  {
    client: 'createCluster() of node-redis',
    start: startCluster,
    connect: async (ports) => {
      const client = createCluster({ rootNodes: loopback(ports).map((socket) => ({ socket })) });
      client.on('error', ignore);
      await client.connect();
      return [
        client,
        () => {
          client.destroy();
        },
      ];
    },
  },
  {
    client: 'createSentinel() of node-redis',
    start: startSentinel,
    connect: async (ports) => {
      const client = createSentinel({
        name: TestSentinel.masterName,
        sentinelRootNodes: loopback(ports),
      });
      client.on('error', ignore);
      await client.connect();
      return [client, () => client.destroy()];
    },
  },
];

describeWithRedis('state that instances share', () => {
  describe.each(rows)('through $client', ({ start, connect }) => {
    let topology: RedisTopology;
    let closeClients: (() => unknown)[];
    let instances: RecordingInstance[];
    const newInstance = async () => {
      const [client, close] = await connect(topology.entryPorts);
      closeClients.push(close);
      const shared = redis({ client });
      const instance = new RecordingInstance();
      instance.connection = shared.revocations.connect(namespace, instance);
      instances.push(instance);
      await until(() => instance.changes.length > 0);
      return { ...shared, instance };
    };
    beforeEach(async () => {
      [closeClients, instances] = [[], []];
      topology = await start();
    });
    afterEach(async () => {
      await Promise.all(instances.map(({ connection }) => connection.close()));
      await Promise.all(closeClients.map((close) => close()));
      await topology.stop();
    });

    it('is shared, and is still there when a replica has taken over', async () => {
      const [one, other] = [await newInstance(), await newInstance()];
      await one.instance.connection.publish([{ key: 'session a', untilMs: inAnHour }]);
      await until(() => other.instance.keys.length > 0);
      await one.pendingRevocations.put(namespace, [{ sessionId: 'session-1', untilMs: inAnHour }], 0);
      const hits = () => other.limits.increment('key', 60_000, 2, 60_000, 'limit');
      const counts = await Promise.all([hits(), one.limits.increment('key', 60_000, 2, 60_000, 'limit')]);
      expect(counts.map(({ totalHits }) => totalHits).sort()).toEqual([1, 2]);

      await topology.killMasterOf(`nestjs-stytch:{${namespace}}:revocations`);
      await until(() => publishes(one.instance, 'session b'), failoverMs);
      await until(() => knowsAll(other.instance, ['session a', 'session b']), failoverMs);
      expect(await other.pendingRevocations.claim(namespace, 9, 60_000)).toEqual([
        { sessionId: 'session-1', untilMs: inAnHour },
      ]);
      // A notice that is published before the other instance listens again is only read.
      await until(async () => {
        await publishes(one.instance, 'session c');
        return other.instance.keys.includes('session c');
      }, failoverMs);
    });
  });
});

const publishes = ({ connection }: RecordingInstance, key: string): Promise<boolean> =>
  connection.publish([{ key, untilMs: inAnHour }]).then(
    () => true,
    () => false,
  );

const knowsAll = (instance: RecordingInstance, keys: readonly string[]): Promise<boolean> =>
  instance.recent().then(
    (notices) => keys.every((key) => notices.some((notice) => notice.key === key)),
    () => false,
  );
