/** What the package needs of a Redis client. */
export interface RedisCommands {
  /**
   * Runs a Lua script. All keys have the same hash tag, so that a cluster can run it. Rejects at once while the
   * client is not connected, so that nothing waits in its queue.
   */
  evaluate(script: string, keys: readonly string[], values: readonly string[]): Promise<unknown>;

  /** Opens a separate connection, since one that listens can do nothing else. */
  openSubscriber(handlers: SubscriberHandlers): RedisSubscriber;
}

export interface SubscriberHandlers {
  message(channel: string, text: string): void;
  /** The connection was lost. The subscriber is then closed and replaced. */
  lost(): void;
}

export interface RedisSubscriber {
  /** Resolves when messages arrive. */
  subscribe(channels: readonly string[]): Promise<void>;
  /** Never throws. */
  close(): void;
}

export const notConnected = (): Promise<never> =>
  Promise.reject(new Error('The Redis client is not connected.'));
