import { type OnApplicationShutdown } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type stytchConfig } from 'nestjs-stytch';
import { type StytchEmulator } from 'stytch-emulator';
import { type DemoConfig } from './demo.config.js';
import { isLoopback } from './is-loopback.js';
import { StartupError } from './startup-error.js';

type StytchOptions = ConfigType<typeof stytchConfig>;
type RunningEmulator = Pick<StytchEmulator, 'projectId' | 'secret' | 'publicToken' | 'url' | 'close'>;
export type StartEmulator = (settings: { readonly port: number }) => Promise<RunningEmulator>;

/** How the demo reaches Stytch: the real API or a running emulator with credentials, an emulator in this process without. */
export class StytchConnection implements OnApplicationShutdown {
  constructor(
    readonly options: StytchOptions,
    private readonly emulator?: RunningEmulator,
  ) {}

  get emulatorUrl(): string | undefined {
    return this.emulator?.url ?? emulatorAt(this.options.apiUrl);
  }

  /** The page that shows the emails; undefined if Stytch sends them. */
  get inboxUrl(): string | undefined {
    return this.emulatorUrl && `${this.emulatorUrl}/`;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.emulator?.close();
  }
}

/** Stytch's API is never on loopback. */
function emulatorAt(apiUrl: string | undefined): string | undefined {
  if (apiUrl === undefined || !URL.canParse(apiUrl)) return undefined;
  const { hostname, origin } = new URL(apiUrl);
  return isLoopback(hostname) ? origin : undefined;
}

/** Uses Stytch if there are credentials; otherwise starts an emulator. */
export async function connectToStytch(
  configured: Partial<StytchOptions>,
  { appUrl, emulatorPort, isProduction }: Pick<DemoConfig, 'appUrl' | 'emulatorPort' | 'isProduction'>,
  startEmulator: StartEmulator,
): Promise<StytchConnection> {
  const credentials = readCredentials(configured);
  if (credentials !== undefined) return new StytchConnection({ ...configured, ...credentials, appUrl });
  if (isProduction) throw missingCredentials();

  const emulator = await startEmulator({ port: emulatorPort });
  const { projectId, secret, publicToken, url } = emulator;
  const options = { ...configured, projectId, secret, publicToken, apiUrl: url, appUrl };
  return new StytchConnection(options, emulator);
}

/**
 * Undefined if nothing is configured.
 *
 * @throws {StartupError} if the credentials are incomplete, which is likely a mistake
 */
function readCredentials({ projectId, secret, apiUrl }: Partial<StytchOptions>) {
  if (projectId !== undefined && secret !== undefined) return { projectId, secret };
  const variables = {
    STYTCH_PROJECT_ID: projectId,
    STYTCH_SECRET: secret,
    // Optional, but useless without credentials.
    ...(apiUrl !== undefined && { STYTCH_API_URL: apiUrl }),
  };
  const set = Object.entries(variables).filter(([, value]) => value !== undefined);
  const missing = Object.entries(variables).filter(([, value]) => value === undefined);
  if (set.length === 0) return undefined;
  throw new StartupError(
    `${listNames(set)} set, but ${listNames(missing)} not. Set STYTCH_PROJECT_ID and STYTCH_SECRET to use Stytch (in the environment or in .env), or neither to use the emulator.`,
  );
}

function listNames(variables: [name: string, value: unknown][]): string {
  const names = variables.map(([name]) => name).join(' and ');
  return `${names} ${variables.length === 1 ? 'is' : 'are'}`;
}

function missingCredentials(): StartupError {
  return new StartupError(
    'The emulator does not run with NODE_ENV=production. Set STYTCH_PROJECT_ID and STYTCH_SECRET, from the API keys of your Stytch project, and STYTCH_APP_URL, the origin that browsers use.',
  );
}
