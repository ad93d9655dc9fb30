import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import type { AlternativeName } from './alternatives/index.js';
import type { StytchProject } from './alternatives/alternative.js';

export type Platform = 'Express' | 'Fastify';

export interface Memory {
  /** What is reachable, after a collection. */
  readonly liveBytes: number;
  /** What the system has given to the process. */
  readonly residentBytes: number;
}

/** Applications that share a process. */
export interface RunningApplications {
  /** In the order of their names. */
  readonly urls: readonly string[];
  /** What all threads of the process have spent so far. */
  cpuUs(): Promise<number>;
  memory(): Promise<Memory>;
  close(): void;
}

export interface RunningApplication extends RunningApplications {
  readonly name: AlternativeName;
  readonly url: string;
}

export interface RunningEmulator {
  readonly project: StytchProject;
  /** Calls the control API: `POST sessions`, `DELETE requests`. */
  readonly control: (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<unknown>;
  close(): void;
}

/** See calendar.ts. */
interface Calendar {
  readonly timesFaster?: number;
}

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

const nodeOptions = ({ timesFaster }: Calendar): string[] =>
  timesFaster === undefined ? [] : ['--import', `${here('calendar.js')}?${timesFaster}`];

interface ApplicationSettings extends Calendar {
  platform?: Platform;
  project: StytchProject;
}

/** One alternative in a process of its own. */
export async function startApplication(
  settings: ApplicationSettings & { name: AlternativeName },
): Promise<RunningApplication> {
  const { name } = settings;
  const running = await startApplications({ ...settings, names: [name] });
  const [url = ''] = running.urls;
  return { ...running, name, url };
}

/** Several in one process. */
export async function startApplications(
  settings: ApplicationSettings & { names: readonly AlternativeName[] },
): Promise<RunningApplications> {
  const { names, platform = 'Express', project } = settings;
  const child = fork(here('application.js'), [JSON.stringify(names), platform, JSON.stringify(project)], {
    execArgv: ['--expose-gc', ...nodeOptions(settings)],
    // The SDK warns about every address that is not Stytch's, the alternatives about failed logins.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const urls = (await nextMessage(child)) as string[];
  return {
    urls,
    cpuUs: () => ask(child, 'cpuUs') as Promise<number>,
    memory: () => ask(child, 'memory') as Promise<Memory>,
    close: () => void child.kill(),
  };
}

/** The emulator in a process of its own, by its command. */
export async function startEmulator(calendar: Calendar = {}): Promise<RunningEmulator> {
  const command = fileURLToPath(new URL('command/main.js', import.meta.resolve('stytch-emulator')));
  const args = [...nodeOptions(calendar), command, '--json', '--port', '0'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { url, projectId, secret } = JSON.parse(line) as { url: string; projectId: string; secret: string };
  return {
    project: { projectId, secret, apiUrl: url },
    async control(method, path, body) {
      const answer = await request(`${url}/__emulator/v1/${path}`, {
        method,
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const text = await answer.body.text();
      if (answer.statusCode >= 300) throw new Error(`The emulator answered ${answer.statusCode}: ${text}`);
      return text === '' ? undefined : (JSON.parse(text) as unknown);
    },
    close: () => void child.kill(),
  };
}

function ask(child: ChildProcess, question: string): Promise<unknown> {
  const answer = nextMessage(child);
  child.send(question);
  return answer;
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const settled = new AbortController();
  try {
    const [message] = (await Promise.race([
      once(child, 'message', settled),
      once(child, 'exit', settled).then(() => {
        throw new Error('The application under measurement has ended.');
      }),
    ])) as [unknown];
    return message;
  } finally {
    settled.abort();
  }
}
