import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { MemberOrganization } from '../lib/index.js';
import { principalOfContext } from '../lib/internal.js';

/**
 * Injects the organization of the request: that of the member's session, or of the member that a connected
 * app acts for. `undefined` for a machine-to-machine client, and without a session.
 *
 * @example
 * ```ts
 * @Protected()
 * @Get('projects')
 * list(@CurrentOrganization() organization: MemberOrganization) {
 *   return this.projects.of(organization.id);
 * }
 * ```
 */
export const CurrentOrganization = createParamDecorator(
  (_: unknown, context: ExecutionContext): MemberOrganization | undefined => {
    const principal = principalOfContext(context);
    return principal && 'organization' in principal ? principal.organization : undefined;
  },
);
