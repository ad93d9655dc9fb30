import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import type { AlternativeName } from './alternatives/index.js';
import type { StytchProject } from './alternatives/alternative.js';

export type Platform = 'Express' | 'Fastify';

export interface Memory {
  /** Heap and external memory in use, after a garbage collection. */
  readonly liveBytes: number;
  /** Resident set size. */
  readonly residentBytes: number;
}

/** Applications that share a process. */
export interface RunningApplications {
  /** In the order of `names`. */
  readonly urls: readonly string[];
  /** CPU time of all threads since the process started, in microseconds. */
  cpuUs(): Promise<number>;
  /** CPU time of one check of an RS256 signature in that process, in microseconds. */
  verifyUs(): Promise<number>;
  memory(): Promise<Memory>;
  close(): void;
}

export interface RunningApplication extends RunningApplications {
  readonly name: AlternativeName;
  readonly url: string;
}

interface NewSession {
  readonly email: string;
  readonly durationMinutes?: number;
  readonly customClaims?: object;
}

export interface CreatedSession {
  readonly sessionJwt: string;
  readonly sessionToken: string;
}

export interface RunningEmulator {
  readonly project: StytchProject;
  /** Calls the control API: `POST sessions`, `DELETE requests`. */
  readonly control: (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: object,
  ) => Promise<unknown>;
  /** Starts a session of the person with this email address. */
  readonly createSession: (options: NewSession) => Promise<CreatedSession>;
  /** The path of the operations on sessions. */
  readonly sessionsPath: string;
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
  /** The Redis of alternatives that use one. */
  redisUrl?: string;
  /** The Node to run on. */
  execPath?: string;
}

/** Starts one alternative in a child process. */
export async function startApplication(
  settings: ApplicationSettings & { name: AlternativeName },
): Promise<RunningApplication> {
  const { name } = settings;
  const running = await startApplications({ ...settings, names: [name] });
  const [url = ''] = running.urls;
  return { ...running, name, url };
}

/** Starts several alternatives in one child process. */
export async function startApplications(
  settings: ApplicationSettings & { names: readonly AlternativeName[] },
): Promise<RunningApplications> {
  const { names, platform = 'Express', project, redisUrl = '', execPath = process.execPath } = settings;
  const args = [JSON.stringify(names), platform, JSON.stringify(project), redisUrl];
  const child = fork(here('application.js'), args, {
    execPath,
    execArgv: ['--expose-gc', ...nodeOptions(settings)],
    // The SDK prints a warning about a custom API URL, and some alternatives log failed requests.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const urls = (await nextMessage(child)) as string[];
  return {
    urls,
    cpuUs: () => query(child, 'cpuUs') as Promise<number>,
    verifyUs: () => query(child, 'verifyUs') as Promise<number>,
    memory: () => query(child, 'memory') as Promise<Memory>,
    close: () => void child.kill(),
  };
}

/** Every user has this role. */
const policy = {
  resources: [{ resource_id: 'dashboard', actions: ['read'] }],
  roles: [{ role_id: 'stytch_user', permissions: [{ resource_id: 'dashboard', actions: ['read'] }] }],
};

interface EmulatorSettings extends Calendar {
  /** Default: `consumer`. Members belong to the organization `acme`. */
  readonly product?: 'consumer' | 'b2b';
}

/** Starts the emulator's command in a child process. */
export async function startEmulator(settings: EmulatorSettings = {}): Promise<RunningEmulator> {
  const isB2B = settings.product === 'b2b';
  const command = fileURLToPath(new URL('command/main.js', import.meta.resolve('stytch-emulator')));
  const options = ['--json', '--port', '0', '--product', settings.product ?? 'consumer'];
  const args = [...nodeOptions(settings), command, ...options];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { url, projectId, secret } = JSON.parse(line) as { url: string; projectId: string; secret: string };
  const control = async (method: string, path: string, body?: object) => {
    const response = await request(`${url}/__emulator/v1/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.body.text();
    if (response.statusCode >= 300) throw new Error(`The emulator responded ${response.statusCode}: ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
  if (isB2B) await control('POST', 'organizations', { name: 'Acme' });
  else await control('PUT', 'rbac/policy', policy);
  const createSession = async (options: NewSession) => {
    const session = await control('POST', 'sessions', { ...options, ...(isB2B && { organization: 'acme' }) });
    return session as CreatedSession;
  };
  return {
    project: { projectId, secret, apiUrl: url },
    control,
    createSession,
    sessionsPath: isB2B ? '/v1/b2b/sessions' : '/v1/sessions',
    close: () => void child.kill(),
  };
}

function query(child: ChildProcess, metric: 'cpuUs' | 'verifyUs' | 'memory'): Promise<unknown> {
  const reply = nextMessage(child);
  child.send(metric);
  return reply;
}

/** @throws {Error} if the process exits first */
export async function nextMessage(child: ChildProcess): Promise<unknown> {
  const settled = new AbortController();
  try {
    const [message] = (await Promise.race([
      once(child, 'message', settled),
      once(child, 'exit', settled).then(() => {
        throw new Error('The measured application exited.');
      }),
    ])) as [unknown];
    return message;
  } finally {
    settled.abort();
  }
}
