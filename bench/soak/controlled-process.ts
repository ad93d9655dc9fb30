import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { timesFaster } from './simulated-time.js';

interface Message {
  readonly kind: string;
}

interface Settle<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** A child process that replies to each request with a message of the same kind, in order. */
export class ControlledProcess<Request extends Message, Reply extends Message> {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<string, Settle<Reply>[]>();

  /** @param onMessage receives what nobody waits for */
  constructor(file: string, parameters: object, onMessage: (message: Reply) => void = () => undefined) {
    this.child = fork(here(file), [JSON.stringify(parameters)], {
      execArgv: ['--expose-gc', '--import', `${here('../calendar.js')}?${timesFaster}`],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.child.on('message', (message: Reply) => {
      const first = this.waiting.get(message.kind)?.shift();
      if (first === undefined) onMessage(message);
      else first.resolve(message);
    });
    this.child.on('exit', () => {
      for (const { reject } of [...this.waiting.values()].flat()) reject(new Error('The process ended.'));
    });
  }

  /** The next message of a kind, such as the one that the process is ready. */
  next<Kind extends Reply['kind']>(kind: Kind): Promise<Extract<Reply, { kind: Kind }>> {
    return new Promise((resolve, reject) => {
      const waiting = this.waiting.get(kind) ?? [];
      this.waiting.set(kind, waiting);
      const resolveAs = (reply: Reply) => {
        resolve(reply as Extract<Reply, { kind: Kind }>);
      };
      waiting.push({ resolve: resolveAs, reject });
    });
  }

  request<Kind extends Request['kind'] & Reply['kind']>(
    request: Extract<Request, { kind: Kind }>,
  ): Promise<Extract<Reply, { kind: Kind }>> {
    const reply = this.next(request.kind);
    this.child.send(request);
    return reply;
  }

  /** Sends SIGTERM and waits until the process has ended. Returns how it ended. */
  async terminate(): Promise<string> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const [code, signal] = (await exited) as [number | null, string | null];
    return signal ?? `exit code ${String(code)}`;
  }
}
