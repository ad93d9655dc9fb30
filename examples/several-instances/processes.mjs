import { spawn } from 'node:child_process';
import { once } from 'node:events';

const killAfterMs = 10_000;

/** Child processes that run until they are stopped. */
export class Processes {
  #running = new Set();
  #isStopping = false;
  #onEnd;

  /** @param onEnd called with the name of a process that ended by itself, and how */
  constructor(onEnd) {
    this.#onEnd = onEnd;
  }

  /** Resolves when the process runs. Rejects if the command does not exist. Its errors are shown with its name. */
  async start(name, command, args, variables = {}) {
    if (this.#isStopping) return;
    const child = spawn(command, args, {
      env: { ...process.env, ...variables },
      stdio: ['ignore', 'ignore', 'pipe'],
      // A separate process group: Ctrl+C ends this process only, which stops the others in order.
      detached: true,
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      process.stderr.write(text.replace(/^(?=.)/gm, `${name}: `));
    });
    await once(child, 'spawn');
    this.#running.add(child);
    child.once('exit', (code, signal) => {
      this.#running.delete(child);
      if (!this.#isStopping) this.#onEnd(name, `ended with ${signal ?? `exit code ${code}`}.`);
    });
  }

  /** Stops the last one first. */
  async stop() {
    this.#isStopping = true;
    for (const child of [...this.#running].reverse()) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      await ended;
      clearTimeout(timer);
    }
  }
}
