import { Redis } from 'ioredis';
import { Protected, StytchModule } from 'nestjs-stytch';
import { StytchB2BModule } from 'nestjs-stytch/b2b';
import { redis } from 'nestjs-stytch/redis';
import type { Alternative, StytchProject } from './alternative.js';

// In a file of their own, so that an application without them does not load them.

/** Of a B2B project. */
export const oursForMembers = (project: StytchProject): Alternative => ({
  imports: [StytchB2BModule.forRoot({ ...project, appUrl: 'http://localhost:3000' })],
  controllerDecorator: Protected(),
});

/** Shares everything with other instances. */
export function oursWithRedis(project: StytchProject, redisUrl: string): Alternative {
  const shared = redis({ client: new Redis(redisUrl) });
  return {
    imports: [StytchModule.forRoot({ ...project, appUrl: 'http://localhost:3000', shared })],
    controllerDecorator: Protected(),
  };
}
