import { Pool, request } from 'undici';
import type { ApplicationProcess } from './start-application-process.js';

interface Instance {
  readonly process: ApplicationProcess;
  /** Its keep-alive connections. */
  readonly pool: Pool;
}

/** What a load balancer does: requests go to each instance in turn that is ready, over keep-alive connections. */
export class RoundRobin {
  readonly #ready: Instance[] = [];
  #sent = 0;

  add(process: ApplicationProcess): void {
    this.#ready.push({ process, pool: new Pool(process.url, { connections: 64 }) });
  }

  /**
   * Sends no more requests to the oldest instance, and SIGTERM while it handles those it has received. Returns how many
   * these are and how it ended. A request that arrives at the same moment as SIGTERM would be lost: Node closes idle
   * connections.
   */
  async terminateOldest(): Promise<{ inFlight: number; exitCode: unknown; signal: unknown }> {
    const oldest = this.#ready.shift();
    if (oldest === undefined) throw new Error('No instance is running.');
    // Sent after the requests in flight, over another connection: it has read them before it responds.
    await (await request(oldest.process.url)).body.dump();
    const inFlight = oldest.pool.stats.running;
    oldest.process.child.kill('SIGTERM');
    // The connections close when their requests are complete.
    await oldest.pool.close();
    return { inFlight, ...(await oldest.process.ended) };
  }

  /** The status of the response, once its body has been received. */
  async request(method: 'GET' | 'POST', path: string, cookie: string): Promise<number> {
    const instance = this.#ready[(this.#sent += 1) % this.#ready.length];
    if (instance === undefined) throw new Error('No instance is running.');
    return statusOf(instance, method, path, cookie);
  }

  /** The status of the response of each instance. */
  requestAll(method: 'GET' | 'POST', path: string, cookie: string): Promise<number[]> {
    return Promise.all(this.#ready.map((instance) => statusOf(instance, method, path, cookie)));
  }

  async close(): Promise<void> {
    await Promise.all(this.#ready.map(({ pool }) => pool.destroy()));
  }
}

async function statusOf({ pool }: Instance, method: 'GET' | 'POST', path: string, cookie: string) {
  const { statusCode, body } = await pool.request({ method, path, headers: { cookie } });
  await body.dump();
  return statusCode;
}
