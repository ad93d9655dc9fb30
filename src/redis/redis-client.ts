import { fromIoredis, isIoredis, type IoredisClient } from './ioredis.js';
import { fromNodeRedis, isNodeRedis, type NodeRedisClient } from './node-redis.js';
import type { RedisCommands } from './redis-commands.js';

/**
 * A client of `ioredis` (`Redis` or `Cluster`, with or without Sentinel) or of node-redis (`redis`,
 * `@redis/client`: a client, a cluster or a Sentinel client). It stays the application's: the package neither
 * connects nor closes it, and opens one more connection to listen.
 */
export type RedisClient = IoredisClient | NodeRedisClient;

/** @throws {TypeError} if the client is neither */
export function commandsOf(client: RedisClient): RedisCommands {
  if (isIoredis(client)) return fromIoredis(client);
  if (isNodeRedis(client)) return fromNodeRedis(client);
  throw new TypeError(
    'Expected a client of ioredis (new Redis() or new Cluster()) or of node-redis (createClient(), createCluster() or ' +
      'createSentinel()).',
  );
}
