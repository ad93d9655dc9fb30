import { notConnected, type RedisCommands } from './redis-commands.js';

/** The part of a client of `ioredis` that the package uses. */
export interface IoredisClient {
  readonly status: string;
  eval(script: string, keyCount: number, ...keysAndValues: string[]): Promise<unknown>;
  call(command: string, ...values: string[]): Promise<unknown>;
  duplicate(...overrides: never[]): unknown;
}

/** A connection that listens. */
interface Subscriber {
  on(event: string, listener: (...values: string[]) => void): unknown;
  subscribe(...channels: string[]): Promise<unknown>;
  disconnect(): void;
}

export const isIoredis = (client: object): client is IoredisClient =>
  'status' in client && typeof (client as Partial<IoredisClient>).call === 'function';

export function fromIoredis(client: IoredisClient): RedisCommands {
  return {
    evaluate: (script, keys, values) =>
      client.status === 'ready' ? client.eval(script, keys.length, ...keys, ...values) : notConnected(),
    openSubscriber(handlers) {
      const subscriber = duplicate(client);
      // Without a listener, an error of the connection would end the process. `close` follows it.
      subscriber.on('error', () => undefined);
      subscriber.on('close', () => {
        handlers.lost();
      });
      subscriber.on('message', (channel = '', text = '') => {
        handlers.message(channel, text);
      });
      return {
        subscribe: async (channels) => {
          await subscriber.subscribe(...channels);
        },
        close: () => {
          subscriber.disconnect();
        },
      };
    },
  };
}

/** The subscription is sent when the connection is there, which needs the queue that applications may turn off. */
function duplicate(client: IoredisClient): Subscriber {
  const settings = { enableOfflineQueue: true, lazyConnect: false };
  const isCluster = (client as { isCluster?: boolean }).isCluster === true;
  const overrides = isCluster ? [[], settings] : [settings];
  return client.duplicate(...(overrides as never[])) as Subscriber;
}
