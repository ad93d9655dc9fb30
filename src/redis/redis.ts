import type { LimitStorage, PendingRevocationStorage, RevocationChannel } from '../lib/index.js';
import type { RedisClient } from './redis-client.js';
import { redisLimits } from './redis-limits.js';
import { redisPendingRevocations } from './redis-pending-revocations.js';
import type { RedisOptions } from './redis-options.js';
import { redisRevocations } from './revocations/redis-revocations.js';

/** What `redis()` gets. */
export interface RedisSettings extends RedisOptions {
  /** A client of ioredis or node-redis, which the application connects and closes. */
  readonly client: RedisClient;
}

/**
 * Everything that instances can share through Redis, for the option `shared`.
 * @example
 * ```ts
 * StytchModule.forRoot({ ...options, shared: redis({ client }) });
 * ```
 * @throws {TypeError} if the client is neither one of ioredis nor one of node-redis
 */
export function redis({ client, ...options }: RedisSettings): {
  revocations: RevocationChannel;
  pendingRevocations: PendingRevocationStorage;
  limits: LimitStorage;
} {
  return {
    revocations: redisRevocations(client, options),
    pendingRevocations: redisPendingRevocations(client, options),
    limits: redisLimits(client, options),
  };
}
