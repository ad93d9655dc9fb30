import type { TokenBucket } from './token-bucket.js';

/**
 * One token bucket for each key. Keeps those of the `maxKeys` keys that were seen last; a key that is
 * evicted has a full bucket again.
 */
export class TokenBuckets {
  /** Private, since keys are networks of clients. */
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(
    private readonly maxKeys: number,
    private readonly createBucket: () => TokenBucket,
  ) {}

  /** Moves the key to the end of the map, whose first entry is evicted. */
  of(key: string): TokenBucket {
    const bucket = this.#buckets.get(key) ?? this.createBucket();
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > this.maxKeys) this.evictOldest();
    return bucket;
  }

  private evictOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
