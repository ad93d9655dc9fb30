import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

/**
 * Sends one request over and over, as fast as answers come, over connections that stay open. It
 * counts bytes instead of parsing answers, so that it costs the machine little next to the
 * application under test: every answer of the route is of one length.
 */
export class Load {
  private readonly request: Buffer;
  private sockets: Socket[] = [];
  private answerBytes = 0;

  constructor(
    private readonly url: string,
    path: string,
    cookie: string,
  ) {
    const { host } = new URL(url);
    this.request = Buffer.from(
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: keep-alive\r\nCookie: ${cookie}\r\n\r\n`,
    );
  }

  /** @throws {Error} when the route does not answer 200 */
  async open(connections: number): Promise<void> {
    const { hostname, port } = new URL(this.url);
    this.sockets = await Promise.all(
      Array.from({ length: connections }, async () => {
        const socket = connect({ host: hostname, port: Number(port), noDelay: true });
        await once(socket, 'connect');
        return socket;
      }),
    );
    for (const socket of this.sockets) {
      socket.write(this.request);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      if (!answer.includes('HTTP/1.1 200')) throw new Error(`${this.url}: ${answer.toString()}`);
      this.answerBytes = answer.length;
    }
  }

  /** Sends so many requests altogether. Resolves when the last answer is there. */
  async send(requests: number): Promise<void> {
    const each = Math.ceil(requests / this.sockets.length);
    await Promise.all(this.sockets.map((socket) => this.sendOver(socket, each)));
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private sendOver(socket: Socket, requests: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let answers = 0;
      let bytes = 0;
      const settle = (error?: Error) => {
        socket.off('data', read).off('close', closed);
        if (error) reject(error);
        else resolve();
      };
      const closed = () => {
        settle(new Error(`${this.url} has closed a connection.`));
      };
      const read = (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes < this.answerBytes) return;
        if (bytes > this.answerBytes) settle(new Error(`${this.url}: an answer of another length`));
        bytes = 0;
        answers += 1;
        if (answers < requests) socket.write(this.request);
        else settle();
      };
      socket.on('data', read).on('close', closed);
      if (socket.destroyed) closed();
      else socket.write(this.request);
    });
  }
}
