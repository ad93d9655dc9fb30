/** The state of a limit after a hit. */
export interface LimitRecord {
  /** Hits within the window, including this one. */
  readonly totalHits: number;
  /** Seconds until the window ends. */
  readonly timeToExpire: number;
  /** Whether the limit is exceeded. */
  readonly isBlocked: boolean;
  /** Seconds until the block ends. */
  readonly timeToBlockExpire: number;
}

/**
 * Counts hits. Compatible with the storages of `@nestjs/throttler`: with its Redis storage, several
 * instances count together. Keys are hashes; email and IP addresses are not passed to the storage.
 */
export interface LimitStorage {
  /**
   * Counts a hit.
   * @param ttl length of the window in milliseconds
   * @param limit maximum number of hits in the window
   * @param blockDuration how long to block afterwards, in milliseconds
   * @param throttlerName name of the limit; separates the counts of different limits
   */
  increment(
    key: string,
    ttl: number,
    limit: number,
    blockDuration: number,
    throttlerName: string,
  ): Promise<LimitRecord>;
}
