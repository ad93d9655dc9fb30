import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A proxy on loopback through which connections are tunnelled (RFC 9110 section 9.3.6). */
export class ForwardProxy {
  /** Where it was asked to connect to, `host:port`. */
  readonly tunnels: string[] = [];
  private behaviour: 'tunnels' | 'refuses' | 'is silent' = 'tunnels';
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((_, response) => response.writeHead(405).end());

  private constructor() {
    this.server.on('connection', (socket: Socket) => this.keep(socket));
    this.server.on('connect', (request: IncomingMessage, socket: Socket) => {
      this.tunnels.push(request.url ?? '');
      if (this.behaviour === 'refuses') socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      if (this.behaviour === 'tunnels') this.tunnel(request.url ?? '', socket);
    });
  }

  static async start(): Promise<ForwardProxy> {
    const proxy = new ForwardProxy();
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  refuses(): void {
    this.behaviour = 'refuses';
  }

  isSilent(): void {
    this.behaviour = 'is silent';
  }

  dropTunnels(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.dropTunnels();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private tunnel(authority: string, socket: Socket): void {
    const { hostname, port } = new URL(`http://${authority}`);
    const there = this.keep(connect(Number(port), hostname));
    there.on('connect', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(there).pipe(socket);
    });
    there.on('close', () => socket.destroy());
    socket.on('close', () => there.destroy());
  }

  private keep(socket: Socket): Socket {
    this.sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
  }
}
