import { randomBytes } from 'node:crypto';
import { createClock } from './clock.js';
import { createControls } from './control/create-controls.js';
import { EmulatedProject } from './emulated-project.js';
import { codeOf, EmulatorError } from './emulator-error.js';
import { Faults } from './faults/faults.js';
import { createIdentifiers } from './identifiers.js';
import { SigningKeys } from './keys/signing-keys.js';
import { redirectLink } from './magic-links/redirect-link.js';
import { RedirectUrls } from './magic-links/redirect-urls.js';
import { establishProject } from './project.js';
import { RequestLog } from './request-log.js';
import { checkedSeed, plant } from './seed.js';
import { Changes } from './server/changes.js';
import { StateFile } from './state-file.js';
import { type StytchEmulator, type StytchEmulatorOptions } from './stytch-emulator.js';

/**
 * Starts an emulator of Stytch's HTTP API on this machine: for development without an account,
 * and for tests without a network. It is no place for real users.
 *
 * @throws {EmulatorError} `emulator_refuses_production`, `emulator_options_invalid`, `emulator_seed_invalid`,
 *   `emulator_state_unreadable`, `emulator_port_taken`, `emulator_cannot_listen`, `emulator_packages_missing`
 */
export async function startStytchEmulator(options: StytchEmulatorOptions = {}): Promise<StytchEmulator> {
  refuseProduction();
  const { host = '127.0.0.1', port = 0, allowedHosts = [] } = options;
  const seed = checkedSeed(options.seed ?? {});
  const redirectUrls = new RedirectUrls(options.redirectUrls);
  const { listen } = await importServer();

  const clock = createClock();
  const identifiers = createIdentifiers(randomBytes);
  const stateFile = options.dataDirectory === undefined ? undefined : new StateFile(options.dataDirectory);
  const saved = stateFile?.load();
  const credentials = establishProject(options, saved?.project, identifiers);
  const keys = await SigningKeys.open(saved?.keys ?? [], identifiers, clock);

  let url = '';
  const project = new EmulatedProject(credentials, keys, redirectUrls, clock, identifiers, (token) =>
    redirectLink(url, credentials.publicToken, token),
  );
  if (saved) project.restore(saved);
  const plantSeed = () => {
    plant(seed, project.users);
  };
  plantSeed();

  const changes = new Changes();
  const requests = new RequestLog();
  const faults = new Faults();
  const controls = createControls({
    project,
    requests,
    faults,
    plantSeed,
    changed: () => {
      changes.announce();
    },
  });
  const server = await listen({
    project,
    requests,
    faults,
    controls,
    changes,
    host,
    port,
    allowedHosts,
  });
  url = `http://${reachable(host)}:${server.port}`;
  // Only now: an emulator that could not start has not touched the state of the one that runs.
  changes.listen(() => stateFile?.save(project.toSave()));
  changes.announce();

  return {
    ...controls,
    ...credentials,
    url,
    inboxUrl: `${url}/`,
    close: async () => {
      project.mailbox.close();
      await server.close();
    },
  };
}

function refuseProduction(): void {
  if (process.env['NODE_ENV'] !== 'production') return;
  throw new EmulatorError(
    'emulator_refuses_production',
    'The Stytch emulator does not run with NODE_ENV=production: it lets anybody sign in as anybody.',
  );
}

// The packages it needs are optional dependencies: an application that only ever talks to Stytch can do without.
async function importServer() {
  try {
    return await import('./server/server.js');
  } catch (error) {
    const isMissing = /MODULE_NOT_FOUND$/.test(codeOf(error) ?? '');
    if (!isMissing) throw error;
    throw new EmulatorError(
      'emulator_packages_missing',
      'The Stytch emulator needs two packages that are not installed: npm install --save-dev hono @hono/node-server',
      { cause: error },
    );
  }
}

/** An address one can call: listening everywhere includes loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
