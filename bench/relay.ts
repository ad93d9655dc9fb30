import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP proxy between an application and Stytch that counts concurrent connections. */
export class Relay {
  maxOpen = 0;
  private hangs = false;
  private readonly open = new Set<Socket>();
  private readonly server: Server;

  constructor(private readonly target: URL) {
    this.server = createServer((socket) => {
      this.accept(socket);
    });
  }

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Closes all connections and resets the count. From now on, accepts connections but never responds. */
  hang(): void {
    this.hangs = true;
    this.maxOpen = 0;
    for (const socket of this.open) socket.destroy();
  }

  /** Ends {@link hang}. The connections that hang stay so until they are closed. */
  resume(): void {
    this.hangs = false;
  }

  close(): void {
    this.server.close();
    for (const socket of this.open) socket.destroy();
  }

  private accept(socket: Socket): void {
    this.open.add(socket);
    this.maxOpen = Math.max(this.maxOpen, this.open.size);
    socket.on('error', () => undefined);
    socket.on('close', () => this.open.delete(socket));
    if (this.hangs) socket.resume();
    else this.relay(socket);
  }

  private relay(socket: Socket): void {
    const stytch = connect(Number(this.target.port), this.target.hostname);
    stytch.on('error', () => socket.destroy());
    stytch.on('close', () => socket.destroy());
    socket.on('close', () => stytch.destroy());
    socket.pipe(stytch).pipe(socket);
  }
}
