import { type INestApplication } from '@nestjs/common';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { startServer } from '../../examples/browser-sdk/server/start-server.js';
import { twoFreePorts } from '../support/free-ports.js';
import { until } from '../support/until.js';

export const frontEnds = ['vanilla-js', 'react'] as const;
export type FrontEnd = (typeof frontEnds)[number];

/** A built front end, and an instance of the Nest application that it sends its requests to. */
export interface RunningFrontEnd {
  readonly url: string;
  readonly apiUrl: string;
}

/**
 * The example. Its front ends are on one host, so they have the cookies in common, and their instances are those of one
 * application.
 */
export interface RunningExample extends Readonly<Record<FrontEnd, RunningFrontEnd>> {
  readonly emulator: StytchEmulator;
  close(): Promise<void>;
}

export async function startExample(): Promise<RunningExample> {
  const emulator = await startStytchEmulator();
  const ports = await twoFreePorts();
  const urls = ports.map((port) => `http://localhost:${port}`) as [string, string];
  const instances: INestApplication[] = [];
  const servers: { stop(): Promise<void> }[] = [];

  async function start(frontEnd: FrontEnd, index: 0 | 1): Promise<RunningFrontEnd> {
    const { projectId, secret, publicToken, clock } = emulator;
    const stytch = { projectId, secret, apiUrl: emulator.url, clock };
    const instance = await startServer({ port: 0, frontEnds: urls, stytch });
    instances.push(instance);
    const apiUrl = await instance.getUrl();
    const variables = {
      VITE_API_URL: apiUrl,
      VITE_PUBLIC_TOKEN: publicToken,
      VITE_EMULATOR_URL: emulator.url,
      VITE_INBOX_URL: emulator.inboxUrl,
    };
    servers.push(await serveFrontEnd(frontEnd, ports[index], variables));
    return { url: urls[index], apiUrl };
  }

  const [vanilla, react] = await Promise.all([start('vanilla-js', 0), start('react', 1)]);
  return {
    emulator,
    'vanilla-js': vanilla,
    react,
    async close() {
      await Promise.all(servers.map((server) => server.stop()));
      await Promise.all(instances.map((instance) => instance.close()));
      await emulator.close();
    },
  };
}

/** Builds a front end and serves it, with the proxy of the example, in other processes. */
async function serveFrontEnd(frontEnd: FrontEnd, port: number, variables: Record<string, string>) {
  const outDir = mkdtempSync(join(tmpdir(), 'browser-sdk-example-'));
  const vite = (command: string, ...options: string[]) =>
    spawn(
      process.execPath,
      [
        resolve('node_modules/vite/bin/vite.js'),
        ...[command, frontEnd, '--config', 'vite.config.ts', '--outDir', outDir, '--logLevel', 'error'],
        ...options,
      ],
      {
        cwd: 'examples/browser-sdk/front-ends',
        env: { PATH: process.env['PATH'], ...variables },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
  const [exitCode] = (await once(vite('build', '--emptyOutDir'), 'close')) as [number];
  if (exitCode !== 0) throw new Error(`The front end ${frontEnd} was not built.`);
  const server = vite('preview', '--port', String(port));
  await untilServed(`http://localhost:${port}`);
  return {
    async stop() {
      server.kill();
      await once(server, 'close');
      rmSync(outDir, { recursive: true });
    },
  };
}

async function untilServed(url: string): Promise<void> {
  await until(async () => (await fetch(url).catch(() => undefined))?.ok === true);
}
