import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { twoFreePorts } from '../support/free-ports.js';

const main = fileURLToPath(new URL('../../examples/several-instances/main.mjs', import.meta.url));

export interface RunningInstances {
  /** Of the load balancer. */
  readonly url: string;
  /** Of each instance. */
  readonly instanceUrls: readonly string[];
  readonly emulatorUrl: string;
  readonly redisUrl: string;
  /** Everything that listens. */
  readonly urls: readonly string[];
  readonly pid: number;
  /** Ends the command with a signal. */
  stop(signal?: NodeJS.Signals): Promise<CommandResult>;
  readonly ended: Promise<CommandResult>;
}

export interface CommandResult {
  readonly exitCode: unknown;
  readonly signal: unknown;
  readonly stderr: string;
}

/** Runs `npm run start:instances`, without this process's environment. */
export function runInstances(variables: Record<string, string>) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [main], { env: { PATH, ...variables } });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = once(child, 'close').then(([exitCode, signal]: unknown[]): CommandResult => ({
    exitCode,
    signal,
    stderr: output.stderr,
  }));
  return { child, output, ended };
}

/** Starts the demo on two instances, and waits until it is ready. */
export async function startInstances(): Promise<RunningInstances> {
  const [[port, emulatorPort], instancePorts] = [await twoFreePorts(), await twoFreePorts()];
  const { child, output, ended } = runInstances({
    PORT: String(port),
    INSTANCE_PORTS: instancePorts.join(','),
    STYTCH_EMULATOR_PORT: String(emulatorPort),
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => {
      if (output.stdout.includes('Ctrl+C')) resolve();
    });
    void ended.then(({ stderr }) => {
      reject(new Error(`The instances did not start. ${stderr}`));
    });
  });
  const url = `http://localhost:${port}`;
  const instanceUrls = instancePorts.map((instancePort) => `http://localhost:${instancePort}`);
  const emulatorUrl = `http://127.0.0.1:${emulatorPort}`;
  const redisUrl = /redis:\S+/.exec(output.stdout)?.[0] ?? '';
  return {
    ...{ url, instanceUrls, emulatorUrl, redisUrl, ended },
    urls: [url, ...instanceUrls, emulatorUrl, redisUrl],
    pid: child.pid!,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}
