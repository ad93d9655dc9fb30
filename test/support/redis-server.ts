import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { twoFreePorts } from './free-ports.js';
import { until } from './until.js';

/** Whether Debian's `redis-server` is installed. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** `describe`, or a skipped block whose title says what is missing. */
export const describeWithRedis = (title: string, tests: () => void): void => {
  if (hasRedis) describe(title, tests);
  else describe.skip(`${title} (needs redis-server: apt-get install redis-server)`, tests);
};

/** A Redis on a loopback port, without a file. It can be stopped, paused and started again, empty. */
export class RedisServer {
  #process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly settings: readonly string[],
  ) {}

  static async start(...settings: string[]): Promise<RedisServer> {
    const server = new RedisServer((await twoFreePorts())[0], settings);
    await server.restart();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts on the same port, with nothing in it. */
  async restart(): Promise<void> {
    const settings = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.#process = spawn('redis-server', [...settings, ...this.settings], { stdio: 'ignore' });
    await until(() => this.isListening());
  }

  async stop(): Promise<void> {
    const running = this.#process;
    if (running === undefined) return;
    this.#process = undefined;
    const ended = once(running, 'exit');
    running.kill('SIGCONT');
    running.kill('SIGKILL');
    await ended;
  }

  /** Connections stay open, and nothing is read or written. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  private isListening(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
  }
}
