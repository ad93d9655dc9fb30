import { type OnApplicationShutdown } from '@nestjs/common';
import { type StytchModuleOptions } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'nestjs-stytch/emulator';
import { type DemoConfig } from './demo.config.js';
import { StartFault } from './start-fault.js';

/** Git-ignored. A restart finds the keys, users and sessions in it, and signs nobody out. */
const emulatorState = '.stytch-emulator';

/** Where the demo finds Stytch: at Stytch, with credentials; in an emulator of its own, without. */
export class WhereStytchIs implements OnApplicationShutdown {
  constructor(
    /** What `StytchModule` needs to reach it. */
    readonly options: StytchModuleOptions,
    private readonly emulator?: StytchEmulator,
  ) {}

  get emulatorUrl(): string | undefined {
    return this.emulator?.url;
  }

  /** Where a person reads the mail, if it goes to the emulator. */
  get inboxUrl(): string | undefined {
    return this.emulator?.inboxUrl;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.emulator?.close();
  }
}

/** Stytch if there are credentials; an emulator, started here, if there are none. */
export async function findStytch(
  given: Partial<StytchModuleOptions>,
  { appUrl, emulatorPort, isProduction }: DemoConfig,
): Promise<WhereStytchIs> {
  const credentials = credentialsIn(given);
  if (credentials !== undefined) return new WhereStytchIs({ ...given, ...credentials, appUrl });
  if (isProduction) throw productionWithoutStytch();

  const emulator = await startStytchEmulator({ port: emulatorPort, dataDirectory: emulatorState });
  const { projectId, secret, url } = emulator;
  return new WhereStytchIs({ ...given, projectId, secret, apiUrl: url, appUrl }, emulator);
}

/**
 * The credentials, or none at all. Half of them is a slip that nobody should discover by wondering
 * why their project sees no logins.
 */
function credentialsIn({ projectId, secret, apiUrl }: Partial<StytchModuleOptions>) {
  if (projectId !== undefined && secret !== undefined) return { projectId, secret };
  const [isSet, isMissing] = partition({
    STYTCH_PROJECT_ID: projectId,
    STYTCH_SECRET: secret,
    // Optional, but without meaning alone.
    ...(apiUrl !== undefined && { STYTCH_API_URL: apiUrl }),
  });
  if (isSet.length === 0) return undefined;
  throw new StartFault(
    `${inWords(isSet)} set, but ${inWords(isMissing)} not. Set STYTCH_PROJECT_ID and STYTCH_SECRET to use Stytch (the environment or .env), or neither to use the emulator.`,
  );
}

function partition(variables: Record<string, string | undefined>): [set: string[], missing: string[]] {
  const names = Object.keys(variables);
  return [
    names.filter((name) => variables[name] !== undefined),
    names.filter((name) => variables[name] === undefined),
  ];
}

const inWords = (names: string[]) => `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'}`;

function productionWithoutStytch(): StartFault {
  return new StartFault(
    'With NODE_ENV=production there is no emulator. Set STYTCH_PROJECT_ID and STYTCH_SECRET, from the API keys of your Stytch project, and STYTCH_APP_URL, the origin browsers use.',
  );
}
