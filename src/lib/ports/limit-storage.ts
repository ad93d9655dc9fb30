/** How often a key was counted, and how long until that is forgotten. */
export interface LimitRecord {
  /** Hits within the window, this one included. */
  readonly totalHits: number;
  /** Seconds until the window ends. */
  readonly timeToExpire: number;
  /** Whether the limit is exceeded. */
  readonly isBlocked: boolean;
  /** Seconds until the key is let through again. */
  readonly timeToBlockExpire: number;
}

/**
 * Where hits are counted. Has the shape of the storage of `@nestjs/throttler`, so that its Redis
 * storage serves here too and several instances count together. Keys are hashes; no address reaches
 * the storage.
 */
export interface LimitStorage {
  /**
   * Counts a hit.
   * @param ttl length of the window, in milliseconds
   * @param limit hits allowed within it
   * @param blockDuration how long to block after that, in milliseconds
   * @param throttlerName name of the limit, to keep several apart
   */
  increment(
    key: string,
    ttl: number,
    limit: number,
    blockDuration: number,
    throttlerName: string,
  ): Promise<LimitRecord>;
}
