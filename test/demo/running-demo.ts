import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LinkMessage } from 'stytch-emulator';
import { twoFreePorts } from '../support/free-ports.js';

/** The demo of a consumer project, and that of a B2B project. */
const entryFiles = { consumer: 'main.js', b2b: 'b2b/main.js' };
type DemoProduct = keyof typeof entryFiles;

/** Working directories of the demo, which contain its state and its .env. */
const directories: string[] = [];
export function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'nestjs-stytch-demo-'));
  directories.push(directory);
  return directory;
}

/** Runs the demo in another process, without this process's environment. */
function run(directory: string, variables: Record<string, string>, product: DemoProduct = 'consumer') {
  const { PATH = '' } = process.env;
  const main = fileURLToPath(new URL(`../../dist/esm/demo/${entryFiles[product]}`, import.meta.url));
  const child = spawn(process.execPath, [main], { cwd: directory, env: { PATH, ...variables } });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const exit = once(child, 'close').then(([exitCode, signal]: unknown[]) => ({
    exitCode,
    signal,
    ...output,
  }));
  return { child, output, exit };
}

/** Runs a demo that is expected to exit. */
export function runUntilExit(variables: Record<string, string>, directory = emptyDirectory()) {
  return run(directory, variables).exit;
}

export interface RunningDemo {
  readonly url: string;
  readonly port: number;
  readonly emulatorUrl: string;
  readonly directory: string;
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Waits for the latest email with a link to an address. */
  mailTo(email: string): Promise<LinkMessage>;
  /** Stops the process with a signal, like a terminal or a watching compiler. */
  stop(signal?: NodeJS.Signals): Promise<{ exitCode: unknown; signal: unknown }>;
}

const running = new Set<RunningDemo>();

/** Starts the demo and waits until it is ready. */
export async function startDemo({
  directory = emptyDirectory(),
  port,
  emulatorPort,
  variables = {},
  product,
}: {
  directory?: string;
  port?: number;
  emulatorPort?: number;
  variables?: Record<string, string>;
  product?: DemoProduct;
} = {}): Promise<RunningDemo> {
  const [freePort, freeEmulatorPort] = await twoFreePorts();
  const [chosenPort, chosenEmulatorPort] = [port ?? freePort, emulatorPort ?? freeEmulatorPort];
  const ports = { PORT: String(chosenPort), STYTCH_EMULATOR_PORT: String(chosenEmulatorPort) };
  const { child, output, exit } = run(directory, { ...ports, ...variables }, product);
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => {
      if (output.stdout.includes('Ctrl+C')) resolve();
    });
    child.once('close', () => {
      reject(new Error(`The demo did not start. ${output.stderr}`));
    });
  });

  const emulatorUrl = `http://127.0.0.1:${chosenEmulatorPort}`;
  const demo: RunningDemo = {
    url: `http://localhost:${chosenPort}`,
    port: chosenPort,
    emulatorUrl,
    directory,
    output,
    async mailTo(email) {
      const response = await fetch(
        `${emulatorUrl}/__emulator/v1/messages/wait?kind=link&to=${encodeURIComponent(email)}&timeoutMs=5000`,
      );
      return (await response.json()) as LinkMessage;
    },
    async stop(signal = 'SIGTERM') {
      running.delete(demo);
      child.kill(signal);
      const { exitCode, signal: exitSignal } = await exit;
      return { exitCode, signal: exitSignal };
    },
  };
  running.add(demo);
  return demo;
}

/** Stops all running demos and deletes their directories. Call it after each test file. */
export async function stopDemos(): Promise<void> {
  await Promise.all([...running].map((demo) => demo.stop()));
  directories.splice(0).forEach((directory) => {
    rmSync(directory, { recursive: true, force: true });
  });
}
