import { type INestApplication } from '@nestjs/common';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { startServer } from '../../examples/browser-sdk/server/start-server.js';
import { twoFreePorts } from '../support/free-ports.js';

export const frontEnds = ['vanilla-js', 'react'] as const;
export type FrontEnd = (typeof frontEnds)[number];

/** The example with built front ends, in front of one Nest application. */
export interface RunningExample {
  readonly emulator: StytchEmulator;
  readonly app: INestApplication;
  readonly apiUrl: string;
  readonly urls: Record<FrontEnd, string>;
  close(): Promise<void>;
}

export async function startExample(): Promise<RunningExample> {
  const emulator = await startStytchEmulator();
  const [vanillaPort, reactPort] = await twoFreePorts();
  const ports = { 'vanilla-js': vanillaPort, react: reactPort };
  const urls = { 'vanilla-js': `http://localhost:${vanillaPort}`, react: `http://localhost:${reactPort}` };
  const { projectId, secret, clock } = emulator;
  const app = await startServer({
    port: 0,
    frontEnds: [urls['vanilla-js'], urls.react],
    stytch: { projectId, secret, apiUrl: emulator.url, clock },
  });
  const apiUrl = await app.getUrl();
  const variables = {
    VITE_API_URL: apiUrl,
    VITE_PUBLIC_TOKEN: emulator.publicToken,
    VITE_EMULATOR_URL: emulator.url,
    VITE_INBOX_URL: emulator.inboxUrl,
  };
  const servers = await Promise.all(
    frontEnds.map((frontEnd) => serveFrontEnd(frontEnd, ports[frontEnd], variables)),
  );

  return {
    emulator,
    app,
    apiUrl,
    urls,
    async close() {
      await Promise.all(servers.map((server) => server.stop()));
      await app.close();
      await emulator.close();
    },
  };
}

/** Builds a front end and serves it, with the proxy of the example, in other processes. */
async function serveFrontEnd(frontEnd: FrontEnd, port: number, variables: Record<string, string>) {
  const outDir = mkdtempSync(join(tmpdir(), 'browser-sdk-example-'));
  const vite = (...args: string[]) =>
    spawn(
      process.execPath,
      [
        join(process.cwd(), 'node_modules/vite/bin/vite.js'),
        ...args,
        '--config',
        'vite.config.ts',
        '--logLevel',
        'warn',
      ],
      {
        cwd: 'examples/browser-sdk/front-ends',
        env: { PATH: process.env['PATH'], ...variables },
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
  const [exitCode] = await once(vite('build', frontEnd, '--outDir', outDir), 'close');
  if (exitCode !== 0) throw new Error(`The front end ${frontEnd} was not built.`);
  const server = vite('preview', frontEnd, '--outDir', outDir, '--port', String(port));
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
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
