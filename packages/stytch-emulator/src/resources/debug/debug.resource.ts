import { type Resource, type ResourceContext } from '../resource.js';

/** Identifies the project. Has no state. */
export function debugResource({ credentials }: ResourceContext): Resource {
  return {
    name: 'debug',
    routes: {
      'GET /v1/debug/whoami': () => ({ name: 'Stytch emulator', project_id: credentials.projectId }),
    },
  };
}
