import { type ApiRoutes } from './api/api-route.js';
import { type EmulatedProject } from './emulated-project.js';

export function projectRoutes({ project }: EmulatedProject) {
  return {
    'GET /v1/debug/whoami': () => ({ name: 'Stytch emulator', project_id: project.projectId }),
  } satisfies ApiRoutes;
}
