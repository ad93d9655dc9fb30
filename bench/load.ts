import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

/**
 * Repeats requests over keep-alive connections, one at a time per connection, with each cookie in turn. Counts bytes instead
 * of parsing responses, to use little CPU next to the application under test. All responses of the
 * route must have the same length.
 */
export class Load {
  private readonly requests: readonly Buffer[];
  private sent = 0;
  private sockets: Socket[] = [];
  private responseBytes = 0;

  constructor(
    private readonly url: string,
    path: string,
    ...cookies: readonly string[]
  ) {
    const { host } = new URL(url);
    this.requests = cookies.map((cookie) =>
      Buffer.from(
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: keep-alive\r\nCookie: ${cookie}\r\n\r\n`,
      ),
    );
  }

  /** @throws {Error} if the route does not respond 200 */
  async open(connections: number): Promise<void> {
    const { hostname, port } = new URL(this.url);
    this.sockets = await Promise.all(
      Array.from({ length: connections }, async () => {
        const socket = connect({ host: hostname, port: Number(port), noDelay: true });
        await once(socket, 'connect');
        return socket;
      }),
    );
    // The first response to a cookie may set others.
    for (let time = 0; time < 2 * Math.max(connections, this.requests.length); time += 1) {
      const socket = this.sockets[time % connections];
      if (socket === undefined) continue;
      this.writeTo(socket);
      const [response] = (await once(socket, 'data')) as [Buffer];
      if (!response.includes('HTTP/1.1 200')) throw new Error(`${this.url}: ${response.toString()}`);
      this.responseBytes = response.length;
    }
  }

  /** Sends `requests` requests over all connections together. Resolves after the last response. */
  async send(requests: number): Promise<void> {
    const perSocket = Math.ceil(requests / this.sockets.length);
    await Promise.all(this.sockets.map((socket) => this.sendOver(socket, perSocket)));
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private sendOver(socket: Socket, requests: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let responses = 0;
      let bytes = 0;
      const settle = (error?: Error) => {
        socket.off('data', read).off('close', closed);
        if (error) reject(error);
        else resolve();
      };
      const closed = () => {
        settle(new Error(`${this.url} closed a connection.`));
      };
      const read = (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes < this.responseBytes) return;
        if (bytes > this.responseBytes)
          settle(new Error(`${this.url}: a response has an unexpected length.`));
        bytes = 0;
        responses += 1;
        if (responses < requests) this.writeTo(socket);
        else settle();
      };
      socket.on('data', read).on('close', closed);
      if (socket.destroyed) closed();
      else this.writeTo(socket);
    });
  }

  private writeTo(socket: Socket): void {
    const request = this.requests[this.sent % this.requests.length];
    if (request !== undefined) socket.write(request);
    this.sent += 1;
  }
}

/** Wall time, and CPU time of the application's processes, for each of the requests. */
export async function costPerRequest(
  load: Load,
  requests: number,
  running: { cpuUs(): Promise<number> },
): Promise<{ wallUs: number; cpuUs: number }> {
  const cpuUsBefore = await running.cpuUs();
  const startedAtMs = performance.now();
  await load.send(requests);
  const wallMs = performance.now() - startedAtMs;
  const cpuUs = (await running.cpuUs()) - cpuUsBefore;
  return { wallUs: (wallMs * 1000) / requests, cpuUs: cpuUs / requests };
}
