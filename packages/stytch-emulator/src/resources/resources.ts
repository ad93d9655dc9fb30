import { debugResource } from './consumer/debug/debug.resource.js';
import { type Consumer } from './consumer/consumer.js';
import { magicLinksResource } from './consumer/magic-links/magic-links.resource.js';
import { SessionJwts } from './consumer/sessions/session-jwt.js';
import { Sessions } from './consumer/sessions/sessions.js';
import { sessionsResource } from './consumer/sessions/sessions.resource.js';
import { type SeedUser } from './consumer/users/seed-users.js';
import { Users } from './consumer/users/users.js';
import { usersResource } from './consumer/users/users.resource.js';
import { type Resource, type ResourceContext } from './resource.js';

/** The data that exists at startup and after a reset, by the name of the resource. */
export interface StytchEmulatorSeed {
  users?: SeedUser[];
}

/**
 * The resources that the emulator serves. A resource may use those above it. Operations that no resource
 * serves respond with 501 `emulator_not_implemented`.
 */
export function createResources(context: ResourceContext): { resources: Resource[]; consumer: Consumer } {
  const consumer: Consumer = {
    ...context,
    users: new Users(context.identifiers, context.clock),
    sessions: new Sessions(context.identifiers, context.clock),
    sessionJwts: new SessionJwts(context),
  };
  const resources = [
    usersResource(consumer),
    sessionsResource(consumer),
    magicLinksResource(consumer),
    debugResource(context),
  ];
  return { resources, consumer };
}
