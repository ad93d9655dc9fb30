import { type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { redis } from 'nestjs-stytch/redis';

/** What the instances of the demo share through Redis: sign-outs, pending revocations and limits. */
export class SharedState implements OnApplicationShutdown {
  private readonly client: Redis | undefined;

  /** @param redisUrl undefined if there is one instance only */
  constructor(redisUrl: string | undefined) {
    if (redisUrl === undefined) return;
    this.client = new Redis(redisUrl);
    // The library logs when Redis is unreachable.
    this.client.on('error', () => undefined);
  }

  /** For the options of the library. */
  get options() {
    return this.client === undefined ? {} : { shared: redis({ client: this.client }) };
  }

  onApplicationShutdown(): void {
    this.client?.disconnect();
  }
}
