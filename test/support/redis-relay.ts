import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** The network between one instance and Redis. It can be slow, or lose everything without closing connections. */
export class RedisRelay {
  /** How long each part takes in each direction, in milliseconds. */
  delayMs = 0;
  #isPartitioned = false;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => {
    this.relay(socket);
  });

  private constructor(private readonly targetPort: number) {}

  static async before(targetPort: number): Promise<RedisRelay> {
    const relay = new RedisRelay(targetPort);
    await once(relay.#server.listen(0, '127.0.0.1'), 'listening');
    return relay;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Nothing passes from now on. Connections stay open, and new ones hang. */
  partition(): void {
    this.#isPartitioned = true;
  }

  /** What was sent in the meantime is lost, as are the connections. */
  heal(): void {
    this.#isPartitioned = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  private relay(client: Socket): void {
    const redis = connect(this.targetPort, '127.0.0.1');
    this.forward(client, redis);
    this.forward(redis, client);
  }

  private forward(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    from.on('data', (data) => void this.pass(data, to));
  }

  private async pass(data: Buffer, to: Socket): Promise<void> {
    if (this.#isPartitioned) return;
    if (this.delayMs > 0) await delay(this.delayMs);
    if (!to.destroyed) to.write(data);
  }
}
