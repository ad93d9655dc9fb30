import { randomBytes } from 'node:crypto';
import { createClock } from '../clock.js';
import { Faults } from '../control/faults/faults.js';
import { RequestLog } from '../control/request-log.js';
import { EmulatorError } from '../emulator-error.js';
import { createIdentifiers } from '../identifiers.js';
import { Mailbox } from '../mailbox/mailbox.js';
import { Changes } from '../project/changes.js';
import { resolveCredentials } from '../project/credentials.js';
import { SigningKeys } from '../project/signing-keys.js';
import { RedirectUrls } from '../resources/redirect-urls.js';
import { checkSeed, loadSeed } from '../resources/seed.js';
import { Webhooks } from '../webhooks/webhooks.js';
import { AllowedOrigins } from './allowed-origins.js';
import { createProject } from './create-project.js';
import { DirectoryLock } from './directory-lock.js';
import { listen } from './server.js';
import { StateLog } from './state-log.js';
import { StoredState } from './stored-state.js';
import {
  type AnyEmulator,
  type AnyEmulatorOptions,
  type StytchB2BEmulator,
  type StytchB2BEmulatorOptions,
  type StytchEmulator,
  type StytchEmulatorOptions,
} from './stytch-emulator.js';

/**
 * Starts an emulator of Stytch's HTTP API, for development without an account and for tests without a
 * network. Not for production: anyone who can reach it can sign in as any user.
 *
 * @throws {EmulatorError} `emulator_refuses_production`, `emulator_options_invalid`, `emulator_seed_invalid`,
 *   `emulator_data_directory_in_use`, `emulator_state_unreadable`, `emulator_state_not_written`,
 *   `emulator_port_taken`, `emulator_cannot_listen`
 */
export function startStytchEmulator(options?: StytchEmulatorOptions): Promise<StytchEmulator>;
export function startStytchEmulator(options: StytchB2BEmulatorOptions): Promise<StytchB2BEmulator>;
export function startStytchEmulator(
  options: StytchEmulatorOptions | StytchB2BEmulatorOptions = {},
): Promise<AnyEmulator> {
  return startEmulator({ product: 'consumer', ...options });
}

/** As `startStytchEmulator`, with a product that may only be known from the data directory. */
export async function startEmulator(options: AnyEmulatorOptions): Promise<AnyEmulator> {
  refuseProduction();
  const { dataDirectory } = options;
  if (dataDirectory === undefined) return start(options);
  const lock = DirectoryLock.acquire(dataDirectory);
  const log = new StateLog(dataDirectory);
  const release = () => {
    log.close();
    lock.release();
  };
  try {
    const emulator = await start(options, log);
    return {
      ...emulator,
      close: async () => {
        await emulator.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

async function start(options: AnyEmulatorOptions, log?: StateLog): Promise<AnyEmulator> {
  const { host = '127.0.0.1', port = 0, allowedHosts = [], seed = {} } = options;
  const allowedOrigins = new AllowedOrigins(options.allowedOrigins ?? []);
  const redirectUrls = new RedirectUrls(options.redirectUrls);
  const saved = log?.load();

  const clock = createClock();
  const identifiers = createIdentifiers(randomBytes);
  const credentials = resolveCredentials(options, saved?.credentials, identifiers);
  const changes = new Changes();
  const keys = new SigningKeys(identifiers, clock, () => {
    changes.emit('dashboard');
  });
  let url = '';
  const mailbox = new Mailbox(identifiers, clock, () => url);
  const project = { credentials, keys, clock, identifiers };
  const { resources, createControls } = await createProject({ ...project, mailbox, redirectUrls });

  const webhooks = new Webhooks(
    project,
    resources.flatMap(({ name, entries, webhookObjects }) =>
      entries && webhookObjects ? [{ collection: name, entries, ...webhookObjects }] : [],
    ),
  );

  checkSeed(seed, credentials.product, resources);
  const state = new StoredState(
    credentials,
    {
      keys: keys.entries,
      messages: mailbox.entries,
      webhooks: webhooks.entries,
      ...Object.fromEntries(resources.flatMap(({ name, entries }) => (entries ? [[name, entries]] : []))),
    },
    log,
  );
  state.restore(saved?.entries);
  loadSeed(seed, resources);
  // After the seed, which is not a change.
  webhooks.start(options.webhooks);

  const requests = new RequestLog();
  const faults = new Faults();
  const { controls, controlApp } = createControls({
    requests,
    faults,
    changes,
    webhooks,
    resetResources: () => {
      for (const { entries } of resources) entries?.clear();
      loadSeed(seed, resources);
    },
  });
  const server = await listen({
    ...{ project, mailbox, resources, controlApp, requests, faults, changes },
    ...{ host, port, allowedHosts, allowedOrigins },
  });
  url = `http://${urlHost(host)}:${server.port}`;
  const close = async () => {
    mailbox.close();
    await server.close();
    await webhooks.deliveries.close();
    // Nothing is written after the lock was released.
    await keys.ready;
    // A stored key belongs to the project in the data directory.
    if (log === undefined) keys.release();
  };

  changes.listen((source) => {
    webhooks.publish(state.commit(), source);
  });
  try {
    // Not before the server listens: an emulator that fails to start leaves the state unchanged.
    state.save();
  } catch (error) {
    await close();
    throw error;
  }
  // Takes longer than the rest of the start, which does not wait for it.
  void keys.ready.catch(() => undefined);
  // The controls are those of the product in the credentials.
  return { ...controls, ...credentials, url, inboxUrl: `${url}/`, close } as AnyEmulator;
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
