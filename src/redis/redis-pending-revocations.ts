import type { PendingRevocationStorage } from '../lib/index.js';
import { commandsOf, type RedisClient } from './redis-client.js';
import { keysOf, type RedisKeys, type RedisOptions } from './redis-options.js';

const nowScript = `
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/** KEYS: the sorted set, the ends. ARGV: when they may be claimed, then the session id and the end of each. */
const putScript = `${nowScript}
for i = 2, #ARGV, 2 do
  redis.call('ZADD', KEYS[1], nowMs + ARGV[1], ARGV[i])
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
end
return 1
`;

/** KEYS: the sorted set, the ends. ARGV: the maximum number, the length of the lease. */
const claimScript = `${nowScript}
local claimed = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', nowMs, 'LIMIT', 0, ARGV[1])) do
  local untilMs = redis.call('HGET', KEYS[2], id)
  if untilMs and tonumber(untilMs) > nowMs then
    redis.call('ZADD', KEYS[1], nowMs + ARGV[2], id)
    claimed[#claimed + 1] = id
    claimed[#claimed + 1] = untilMs
  else
    redis.call('ZREM', KEYS[1], id)
    redis.call('HDEL', KEYS[2], id)
  end
end
return claimed
`;

/** KEYS: the sorted set, the ends. ARGV: session ids. */
const removeScript = `
redis.call('ZREM', KEYS[1], unpack(ARGV))
redis.call('HDEL', KEYS[2], unpack(ARGV))
return 1
`;

/** Bounds the parameters of a script. */
const maxPerCall = 1_000;

/**
 * Keeps revocations that Stytch has not confirmed in Redis, for `shared.pendingRevocations`: session ids and when the
 * sessions end. Those of sessions that have ended are removed when they are claimed.
 * @throws {TypeError} if the client is neither one of ioredis nor one of node-redis
 */
export function redisPendingRevocations(
  client: RedisClient,
  options: RedisOptions = {},
): PendingRevocationStorage {
  const commands = commandsOf(client);
  const run = (namespace: string, script: string, values: readonly string[]): Promise<unknown> =>
    commands.evaluate(script, pendingKeysOf(keysOf(namespace, options)), values);
  return {
    async put(namespace, revocations, claimableInMs) {
      const values = revocations.map(({ sessionId, untilMs }) => [sessionId, String(Math.ceil(untilMs))]);
      for (let at = 0; at < values.length; at += maxPerCall) {
        const part = values.slice(at, at + maxPerCall).flat();
        await run(namespace, putScript, [String(Math.ceil(claimableInMs)), ...part]);
      }
    },
    async claim(namespace, max, leaseMs) {
      const claimed = (await run(namespace, claimScript, [String(max), String(leaseMs)])) as string[];
      return Array.from({ length: claimed.length / 2 }, (_, at) => ({
        sessionId: claimed[at * 2] ?? '',
        untilMs: Number(claimed[at * 2 + 1]),
      }));
    },
    async remove(namespace, sessionIds) {
      for (let at = 0; at < sessionIds.length; at += maxPerCall)
        await run(namespace, removeScript, sessionIds.slice(at, at + maxPerCall));
    },
  };
}

const pendingKeysOf = ({ pending, pendingUntil }: RedisKeys): string[] => [pending, pendingUntil];
