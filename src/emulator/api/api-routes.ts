import { type EmulatedProject } from '../emulated-project.js';
import { magicLinkRoutes } from '../magic-links/magic-links.routes.js';
import { projectRoutes } from '../project.routes.js';
import { sessionRoutes } from '../sessions/sessions.routes.js';
import { userRoutes } from '../users/users.routes.js';
import { type ApiRoutes } from './api-route.js';

/** The operations of Stytch that the emulator implements. What is not here answers 501. */
export function apiRoutes(project: EmulatedProject): ApiRoutes {
  return {
    ...magicLinkRoutes(project),
    ...projectRoutes(project),
    ...sessionRoutes(project),
    ...userRoutes(project),
  };
}
