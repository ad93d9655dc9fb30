import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { StytchModuleOptions } from 'nestjs-stytch';
import { TestBrowser } from 'nestjs-stytch/testing';
import type { StytchEmulator } from 'stytch-emulator';
import type { Platform } from './start-application.js';

const program = fileURLToPath(new URL('application-process.mjs', import.meta.url));

export type ApplicationProcess = Awaited<ReturnType<typeof startApplicationProcess>>;

/** An application in a separate process, which a test can send signals. */
export async function startApplicationProcess(
  { url, projectId, secret }: StytchEmulator,
  {
    platform = 'Express',
    deadlineMs = 3_000,
    redisUrl,
    redisClient,
    sockets,
    limits,
    webhooks,
  }: {
    platform?: Platform;
    deadlineMs?: number;
    redisUrl?: string;
    redisClient?: 'ioredis' | 'node-redis';
    /** Adds an event stream, a gateway of this kind and, on socket.io, a subscription. */
    sockets?: 'ws' | 'socket.io';
    limits?: StytchModuleOptions['limits'];
    webhooks?: StytchModuleOptions['webhooks'];
  } = {},
) {
  const options = {
    projectId,
    secret,
    apiUrl: url,
    appUrl: 'http://localhost:3000',
    http: { deadlineMs },
    limits,
    webhooks,
  };
  const settings = JSON.stringify({ options, platform, redisUrl, redisClient, sockets });
  const child = spawn(process.execPath, [program, settings]);
  const output = { stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = once(child, 'close').then(([exitCode, signal]: unknown[]) => ({ exitCode, signal }));
  const [address] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, output, ended, url: address, browser: () => new TestBrowser(address) };
}
