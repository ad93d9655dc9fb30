import { Redis } from 'ioredis';
import { redis, redisLimits } from 'nestjs-stytch/redis';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { useEmulator } from '../support/use-application.js';

describeWithRedis('limits in Redis', () => {
  const stage = useEmulator();
  let server: RedisServer;
  let client: Redis;
  beforeAll(async () => {
    server = await RedisServer.start();
    client = new Redis(server.url);
    client.on('error', () => undefined);
    await until(() => client.status === 'ready');
  });
  afterAll(async () => {
    client.disconnect();
    await server.stop();
  });

  it('count hits in one window, also when they arrive together', async () => {
    const limits = redisLimits(client);
    const hits = Array.from({ length: 20 }, () => limits.increment('key-1', 60_000, 19, 60_000, 'limit'));
    const records = await Promise.all(hits);

    expect(records.map(({ totalHits }) => totalHits).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
    expect(records.filter(({ isBlocked }) => isBlocked)).toHaveLength(1);
    for (const { timeToExpire } of records) {
      expect(timeToExpire).toBeGreaterThan(0);
      expect(timeToExpire).toBeLessThanOrEqual(60);
    }
  });

  it('are forgotten when their window ends', async () => {
    await redisLimits(client).increment('key-2', 60_000, 1, 60_000, 'limit');

    const [key = ''] = await client.keys('nestjs-stytch:limit:{key-2}');
    expect(await client.pttl(key)).toBeGreaterThan(0);
  });

  it('apply to all instances together, and to each one alone while Redis hangs', async () => {
    const limits = { perAddress: { max: 2, windowSeconds: 600 } };
    const start = () => stage.start({ options: { limits, shared: redis({ client }) } });
    const [one, other] = [await start(), await start()];
    const request = async (instance: typeof one, email: string) =>
      (await instance.browser().postJson('/auth/login', { email })).status;

    expect(await request(one, 'ada@example.com')).toBe(202);
    expect(await request(other, 'ada@example.com')).toBe(202);
    expect(await request(one, 'ada@example.com')).toBe(429);
    expect(await request(other, 'ada@example.com')).toBe(429);

    server.pause();
    const statuses = [];
    for (const instance of [one, one, one, other]) statuses.push(await request(instance, 'ida@example.com'));
    server.resume();
    expect(statuses).toEqual([202, 202, 429, 202]);
  });

  it('hold no email address', async () => {
    const one = await stage.start({ options: { shared: redis({ client }) } });
    await one.browser().postJson('/auth/login', { email: 'grace@example.com' });

    expect((await client.keys('*')).join()).not.toContain('grace');
    expect((await client.keys('nestjs-stytch:limit:*')).length).toBeGreaterThan(0);
  });
});
