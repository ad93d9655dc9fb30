import { applyDecorators } from '@nestjs/common';
import { Protected, RequirePermission, RequireRoles, StytchModule } from 'nestjs-stytch';
import type { Alternative, StytchProject } from './alternative.js';

export const ours = (project: StytchProject): Alternative => ({
  imports: [StytchModule.forRoot({ ...project, appUrl: 'http://localhost:3000' })],
  controllerDecorator: Protected(),
});

/** Every user has the role. The policy is fetched with the first request and cached. */
export const oursWithRequirements = (project: StytchProject): Alternative => ({
  ...ours(project),
  controllerDecorator: applyDecorators(RequirePermission('dashboard', 'read'), RequireRoles('stytch_user')),
});
