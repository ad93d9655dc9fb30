import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A proxy on loopback that tunnels connections (RFC 9110 section 9.3.6). */
export class ForwardProxy {
  /** The targets of the CONNECT requests, `host:port`. */
  readonly tunnels: string[] = [];
  private behavior: 'tunnel' | 'refuse' | 'hang' = 'tunnel';
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((_, response) => response.writeHead(405).end());

  private constructor() {
    this.server.on('connection', (socket: Socket) => this.track(socket));
    this.server.on('connect', (request: IncomingMessage, socket: Socket) => {
      this.tunnels.push(request.url ?? '');
      if (this.behavior === 'refuse') socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      if (this.behavior === 'tunnel') this.tunnel(request.url ?? '', socket);
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

  refuse(): void {
    this.behavior = 'refuse';
  }

  hang(): void {
    this.behavior = 'hang';
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
    const upstream = this.track(connect(Number(port), hostname));
    upstream.on('connect', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on('close', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  }

  private track(socket: Socket): Socket {
    this.sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
  }
}
