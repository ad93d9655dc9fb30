import { notConnected, type RedisCommands } from './redis-commands.js';

/** The part of a client of node-redis that the package uses. */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  /** Clusters have no such property. */
  readonly isReady?: boolean;
  eval(script: string, input: { keys: string[]; arguments: string[] }): Promise<unknown>;
  duplicate(): unknown;
}

/** A connection that listens. */
interface Subscriber {
  on(event: string, listener: () => void): unknown;
  connect(): Promise<unknown>;
  subscribe(channels: string[], listener: (text: string, channel: string) => void): Promise<unknown>;
  destroy?(): unknown;
  disconnect?(): unknown;
}

/** A pool of clients has no `subscribe`. */
export const isNodeRedis = (client: object): client is NodeRedisClient =>
  'isOpen' in client &&
  'subscribe' in client &&
  typeof (client as Partial<NodeRedisClient>).eval === 'function';

export function fromNodeRedis(client: NodeRedisClient): RedisCommands {
  return {
    evaluate: (script, keys, values) =>
      client.isOpen && client.isReady !== false
        ? client.eval(script, { keys: [...keys], arguments: [...values] })
        : notConnected(),
    openSubscriber(handlers) {
      const subscriber = client.duplicate() as Subscriber;
      for (const event of ['error', 'reconnecting', 'end']) {
        subscriber.on(event, () => {
          handlers.lost();
        });
      }
      return {
        subscribe: async (channels) => {
          await subscriber.connect();
          await subscriber.subscribe([...channels], (text, channel) => {
            handlers.message(channel, text);
          });
        },
        close: () => {
          void closed(subscriber);
        },
      };
    },
  };
}

/** A client that never connected throws, or rejects, by version. */
async function closed(subscriber: Subscriber): Promise<void> {
  try {
    await (subscriber.destroy?.() ?? subscriber.disconnect?.());
  } catch {
    // There is nothing to close.
  }
}
