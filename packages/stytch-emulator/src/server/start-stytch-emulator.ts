import { randomBytes } from 'node:crypto';
import { createClock } from '../clock.js';
import { createControls } from '../control/create-controls.js';
import { Faults } from '../control/faults/faults.js';
import { RequestLog } from '../control/request-log.js';
import { EmulatorError } from '../emulator-error.js';
import { createIdentifiers } from '../identifiers.js';
import { Mailbox } from '../mailbox/mailbox.js';
import { Changes } from '../project/changes.js';
import { resolveCredentials } from '../project/credentials.js';
import { SigningKeys } from '../project/signing-keys.js';
import { RedirectUrls } from '../resources/redirect-urls.js';
import { createResources } from '../resources/resources.js';
import { checkSeed, loadSeed } from '../resources/seed.js';
import { listen } from './server.js';
import { StateFile } from './state-file.js';
import { type StytchEmulator, type StytchEmulatorOptions } from './stytch-emulator.js';

/**
 * Starts an emulator of Stytch's HTTP API, for development without an account and for tests without a
 * network. Not for production: anyone who can reach it can sign in as any user.
 *
 * @throws {EmulatorError} `emulator_refuses_production`, `emulator_options_invalid`, `emulator_seed_invalid`,
 *   `emulator_state_unreadable`, `emulator_port_taken`, `emulator_cannot_listen`
 */
export async function startStytchEmulator(options: StytchEmulatorOptions = {}): Promise<StytchEmulator> {
  refuseProduction();
  const { host = '127.0.0.1', port = 0, allowedHosts = [], seed = {} } = options;
  const redirectUrls = new RedirectUrls(options.redirectUrls);
  const stateFile = options.dataDirectory === undefined ? undefined : new StateFile(options.dataDirectory);
  const saved = stateFile?.load();

  const clock = createClock();
  const identifiers = createIdentifiers(randomBytes);
  const credentials = resolveCredentials(options, saved?.credentials, identifiers);
  const keys = await SigningKeys.open(saved?.keys ?? [], identifiers, clock);
  let url = '';
  const mailbox = new Mailbox(identifiers, clock, () => url);
  const project = { credentials, keys, clock, identifiers };
  const { resources, consumer } = createResources({ ...project, mailbox, redirectUrls });

  checkSeed(seed, resources);
  if (saved) {
    mailbox.restore(saved.messages);
    for (const resource of resources) resource.restore(saved.resources[resource.name] ?? []);
  }
  loadSeed(seed, resources);

  const changes = new Changes();
  const requests = new RequestLog();
  const faults = new Faults();
  const controls = createControls({
    consumer,
    requests,
    faults,
    changes,
    resetResources: () => {
      for (const resource of resources) resource.clear();
      loadSeed(seed, resources);
    },
  });
  const server = await listen({
    ...{ project, mailbox, resources, controls, requests, faults, changes },
    ...{ host, port, allowedHosts },
  });
  url = `http://${urlHost(host)}:${server.port}`;

  const save = () =>
    stateFile?.save({
      version: 2,
      credentials,
      keys: keys.save(),
      messages: mailbox.save(),
      resources: Object.fromEntries(resources.map((resource) => [resource.name, resource.save()])),
    });
  // Not before the server listens: an emulator that fails to start must not overwrite the state of another.
  changes.listen(save);
  changes.emit();

  return {
    ...controls,
    ...credentials,
    url,
    inboxUrl: `${url}/`,
    close: async () => {
      mailbox.close();
      await server.close();
    },
  };
}

function refuseProduction(): void {
  if (process.env['NODE_ENV'] !== 'production') return;
  throw new EmulatorError(
    'emulator_refuses_production',
    'The Stytch emulator does not run with NODE_ENV=production, because anyone can sign in as any user.',
  );
}

/** The host to call the emulator at. Listening on all addresses includes loopback. */
function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
