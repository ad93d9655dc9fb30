import { request, type IncomingMessage } from 'node:http';
import { until } from './until.js';

/** A client that reads a streamed response until it ends. */
export class StreamReader {
  chunks = 0;
  isOpen = true;
  /** Resolves when the server has closed the connection. */
  readonly ended: Promise<void>;

  private constructor(private readonly response: IncomingMessage) {
    response.on('data', () => (this.chunks += 1));
    response.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      response.once('close', () => {
        this.isOpen = false;
        resolve();
      });
    });
  }

  static open(url: string, headers: Record<string, string>): Promise<StreamReader> {
    return new Promise((resolve, reject) => {
      request(url, { headers, agent: false })
        .once('response', (response) => {
          resolve(new StreamReader(response));
        })
        .once('error', reject)
        .end();
    });
  }

  get status(): number | undefined {
    return this.response.statusCode;
  }

  async next(): Promise<void> {
    const { chunks } = this;
    await until(() => this.chunks > chunks);
  }

  close(): void {
    this.response.destroy();
  }
}
