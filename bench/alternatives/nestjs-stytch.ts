import { applyDecorators } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Protected, RequirePermission, RequireRoles, StytchModule } from 'nestjs-stytch';
import { StytchB2BModule } from 'nestjs-stytch/b2b';
import { redis } from 'nestjs-stytch/redis';
import type { Alternative, StytchProject } from './alternative.js';

export const ours = (project: StytchProject): Alternative => ({
  imports: [StytchModule.forRoot({ ...project, appUrl: 'http://localhost:3000' })],
  controllerDecorator: Protected(),
});

/** Of a B2B project. */
export const oursForMembers = (project: StytchProject): Alternative => ({
  imports: [StytchB2BModule.forRoot({ ...project, appUrl: 'http://localhost:3000' })],
  controllerDecorator: Protected(),
});

/** Every user has the role. The policy is fetched with the first request and cached. */
export const oursWithRequirements = (project: StytchProject): Alternative => ({
  ...ours(project),
  controllerDecorator: applyDecorators(RequirePermission('dashboard', 'read'), RequireRoles('stytch_user')),
});

/** Shares everything with other instances. */
export function oursWithRedis(project: StytchProject, redisUrl: string): Alternative {
  const shared = redis({ client: new Redis(redisUrl) });
  return {
    imports: [StytchModule.forRoot({ ...project, appUrl: 'http://localhost:3000', shared })],
    controllerDecorator: Protected(),
  };
}
