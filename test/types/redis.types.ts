import { createClient, createCluster, createSentinel } from '@redis/client';
import { Cluster, Redis } from 'ioredis';
import { redisRevocations } from 'nestjs-stytch/redis';

redisRevocations(new Redis());
redisRevocations(new Cluster([]));
redisRevocations(createClient());
redisRevocations(createCluster({ rootNodes: [] }));
redisRevocations(createSentinel({ name: 'main', sentinelRootNodes: [] }));
// @ts-expect-error -- not a client of Redis
redisRevocations({});
