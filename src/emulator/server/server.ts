import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { type ApiParts, mountApi } from '../api/api.js';
import { controlApp } from '../control/control.routes.js';
import { type EmulatorControls } from '../control/controls.js';
import { codeOf, EmulatorError } from '../emulator-error.js';
import { mountInbox } from '../mailbox/inbox.routes.js';
import { type Changes } from './changes.js';
import { readBody } from './body.js';
import { refuseStrangers } from './visitors.js';
import { type EmulatorEnv } from './env.js';

export interface ServerParts extends ApiParts {
  controls: EmulatorControls;
  changes: Changes;
  host: string;
  /** 0 lets the system pick. */
  port: number;
  /** Host names that are welcome beside loopback names and `host`. */
  allowedHosts: readonly string[];
}

export interface RunningServer {
  port: number;
  /** Ends at once, with every socket that is open. */
  close(): Promise<void>;
}

/** @throws {EmulatorError} `emulator_port_taken`, `emulator_cannot_listen` */
export async function listen(parts: ServerParts): Promise<RunningServer> {
  const app = createApp(parts);
  // Otherwise starting an emulator would replace Request and Response of the whole process.
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  await listening(server, parts);
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

function createApp(parts: ServerParts) {
  const { controls, project, changes } = parts;
  const app = new Hono<EmulatorEnv>();
  app.use(refuseStrangers([parts.host, ...parts.allowedHosts].map((host) => host.toLowerCase())));
  app.use(async (c, next) => {
    c.set('body', await readBody(c.env.incoming));
    await next();
  });
  app.use(async (c, next) => {
    project.tidy();
    await next();
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') changes.announce();
  });
  app.route('/__emulator/v1', controlApp(controls));
  mountInbox(app, project, controls, changes);
  mountApi(app, parts);
  return app;
}

async function listening(server: Server, { host, port }: ServerParts): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    const isTaken = codeOf(error) === 'EADDRINUSE';
    throw isTaken
      ? new EmulatorError('emulator_port_taken', `Port ${port} on ${host} is taken by another process.`, {
          cause: error,
        })
      : new EmulatorError('emulator_cannot_listen', `Cannot listen on port ${port} of ${host}.`, {
          cause: error,
        });
  }
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
