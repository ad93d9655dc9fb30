import { once } from 'node:events';
import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { type EmulatorClock, nowSeconds } from '../clock.js';
import { codeOf, EmulatorError } from '../emulator-error.js';
import { mountInbox } from '../mailbox/inbox/inbox.routes.js';
import { type Mailbox, type StoredMessage } from '../mailbox/mailbox.js';
import { type Changes } from '../project/changes.js';
import { type EmulatorEnv } from '../wire/env.js';
import { type AllowedOrigins } from './allowed-origins.js';
import { type ApiParts, mountApi } from './mount-api.js';
import { readBody } from './read-body.js';
import { rejectForeignRequests } from './reject-foreign-requests.js';
import { checkSdkOrigin, isSdkPath } from './sdk-origins.js';

export interface ServerParts extends ApiParts {
  mailbox: Mailbox;
  controlApp: Hono<EmulatorEnv>;
  changes: Changes;
  host: string;
  /** 0 for any free port. */
  port: number;
  /** Allowed host names besides loopback names and `host`. */
  allowedHosts: readonly string[];
  /** The origins of the pages that may use a browser SDK. */
  allowedOrigins: AllowedOrigins;
}

export interface RunningServer {
  port: number;
  /** Closes the server and all open connections immediately. */
  close(): Promise<void>;
}

/** @throws {EmulatorError} `emulator_port_taken`, `emulator_cannot_listen` */
export async function listen(parts: ServerParts): Promise<RunningServer> {
  const app = createApp(parts);
  // By default the adapter replaces the global Request and Response of the process.
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  await startListening(server, parts);
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

function createApp(parts: ServerParts) {
  const { project, mailbox, resources, controlApp, changes, host, allowedHosts, allowedOrigins } = parts;
  const statusOf = (message: StoredMessage) =>
    resources.map((resource) => resource.messageStatus?.(message)).find((status) => status !== undefined);

  const app = new Hono<EmulatorEnv>();
  app.use(
    rejectForeignRequests({
      hosts: [host, ...allowedHosts],
      linkedPages: ['/'],
      isOpen: (path) => isSdkPath(path) || isSignInStart(path),
      linkTargets: resources
        .flatMap(({ pages = {} }) => Object.keys(pages))
        .flatMap((route) => (route.startsWith('GET ') ? [route.slice('GET '.length)] : [])),
    }),
  );
  app.use('/sdk/v1/*', checkSdkOrigin(allowedOrigins));
  app.use(async (c, next) => {
    c.set('body', await readBody(c.env.incoming));
    await next();
  });
  const tidy = oncePerSecond(project.clock, () => {
    for (const resource of resources) resource.tidy?.();
  });
  app.use(async (c, next) => {
    tidy();
    await next();
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') changes.emit('direct');
  });
  app.route('/__emulator/v1', controlApp);
  mountInbox(app, { project, mailbox, statusOf }, changes);
  mountApi(app, parts);
  return app;
}

/** Where the application's pages send the browser to start OAuth and SSO. */
function isSignInStart(path: string): boolean {
  return /^\/v1\/(b2b\/)?public\/(oauth|sso)\/([^/]+\/)*start$/.test(path);
}

/** Everything expires at a whole second, so that more often would change nothing. */
function oncePerSecond(clock: EmulatorClock, run: () => void): () => void {
  let ranAtSeconds: number | undefined;
  return () => {
    const now = nowSeconds(clock);
    if (now === ranAtSeconds) return;
    ranAtSeconds = now;
    run();
  };
}

async function startListening(server: Server, { host, port }: ServerParts): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    throw codeOf(cause) === 'EADDRINUSE'
      ? new EmulatorError('emulator_port_taken', `Port ${port} on ${host} is already in use.`, { cause })
      : new EmulatorError('emulator_cannot_listen', `Cannot listen on port ${port} of ${host}.`, { cause });
  }
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
