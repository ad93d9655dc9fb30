import { EmulatorError } from './emulator-error.js';
import { type Identifiers } from './identifiers.js';

/** The emulated Stytch project: the names and credentials an application is configured with. */
export interface Project {
  readonly projectId: string;
  readonly secret: string;
  readonly publicToken: string;
}

/** What was asked for stands, then what was kept from the last run, then something fresh. */
export function establishProject(
  asked: { [Name in keyof Project]?: Project[Name] | undefined },
  kept: Project | undefined,
  identifiers: Identifiers,
): Project {
  return {
    projectId: checkedProjectId(asked.projectId) ?? kept?.projectId ?? identifiers.id('project'),
    secret: checked('secret', asked.secret) ?? kept?.secret ?? identifiers.secret(),
    publicToken:
      checked('publicToken', asked.publicToken) ?? kept?.publicToken ?? identifiers.id('public-token'),
  };
}

function checkedProjectId(projectId: string | undefined): string | undefined {
  if (projectId === undefined) return undefined;
  if (projectId.startsWith('project-live-')) {
    throw new EmulatorError(
      'emulator_options_invalid',
      'The emulator plays test projects only: a projectId that starts with project-live- is refused, so that the credentials of a live project never end up here.',
    );
  }
  if (!/^project-test-[\w-]{1,100}$/.test(projectId)) {
    throw new EmulatorError(
      'emulator_options_invalid',
      'projectId must look like project-test-00000000-0000-4000-8000-000000000000.',
    );
  }
  return projectId;
}

function checked(name: 'secret' | 'publicToken', value: string | undefined): string | undefined {
  if (value === undefined || /^[\x21-\x7e]{1,200}$/.test(value)) return value;
  throw new EmulatorError('emulator_options_invalid', `${name} must be printable ASCII without spaces.`);
}
