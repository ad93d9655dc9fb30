import { Pool, type Dispatcher } from 'undici';

const connections = 256;

export interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends requests over keep-alive connections to the current process of the application. */
export class Balancer {
  private pool: Pool | undefined;

  /** Requests in flight complete over the old connections, which then close. */
  async switchTo(port: number): Promise<void> {
    const old = this.pool;
    this.pool = new Pool(`http://127.0.0.1:${port}`, { connections });
    await old?.close();
  }

  request(request: Request): Promise<Dispatcher.ResponseData> {
    if (this.pool === undefined) throw new Error('No process was started.');
    return this.pool.request(request);
  }
}
