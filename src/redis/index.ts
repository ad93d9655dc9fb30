// The public names, by hand. Removing or renaming one is a breaking change.

export { redis, type RedisSettings } from './redis.js';
export { redisLimits } from './redis-limits.js';
export { redisPendingRevocations } from './redis-pending-revocations.js';
export { redisRevocations } from './revocations/redis-revocations.js';
export type { RedisClient } from './redis-client.js';
export type { IoredisClient } from './ioredis.js';
export type { NodeRedisClient } from './node-redis.js';
export type { RedisOptions } from './redis-options.js';
