import type { LimitRecord, LimitStorage } from '../lib/index.js';
import { commandsOf, type RedisClient } from './redis-client.js';
import { keyPrefixOf, type RedisOptions } from './redis-options.js';

/** Counts a hit in a window that begins with the first one. KEYS: the count. ARGV: the length in milliseconds. */
const incrementScript = `
local hits = redis.call('INCR', KEYS[1])
local leftMs = redis.call('PTTL', KEYS[1])
if leftMs < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  leftMs = tonumber(ARGV[1])
end
return { hits, leftMs }
`;

/**
 * Counts the limits of all instances together in Redis, for `shared.limits`. Keys are hashes.
 * @throws {TypeError} if the client is neither one of ioredis nor one of node-redis
 */
export function redisLimits(client: RedisClient, options: RedisOptions = {}): LimitStorage {
  const commands = commandsOf(client);
  const prefix = `${keyPrefixOf(options)}:limit`;
  return {
    async increment(key, ttl, limit): Promise<LimitRecord> {
      const [totalHits, leftMs] = (await commands.evaluate(
        incrementScript,
        [`${prefix}:{${key}}`],
        [String(ttl)],
      )) as [number, number];
      const secondsLeft = leftMs / 1000;
      const isBlocked = totalHits > limit;
      return {
        totalHits,
        timeToExpire: secondsLeft,
        isBlocked,
        timeToBlockExpire: isBlocked ? secondsLeft : 0,
      };
    },
  };
}
