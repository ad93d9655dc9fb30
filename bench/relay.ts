import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between an application and Stytch, and counts the sockets that are open at once. */
export class Relay {
  mostOpen = 0;
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

  /** From now on it accepts, reads and never answers. What is open is closed: the count begins anew. */
  hang(): void {
    this.hangs = true;
    this.mostOpen = 0;
    for (const socket of this.open) socket.destroy();
  }

  close(): void {
    this.server.close();
    for (const socket of this.open) socket.destroy();
  }

  private accept(socket: Socket): void {
    this.open.add(socket);
    this.mostOpen = Math.max(this.mostOpen, this.open.size);
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
