export const bytesPerMegabyte = 1024 * 1024;

/**
 * Size-bounded cache with two generations (a cheap approximation of LRU): when the young generation is
 * full, it replaces the old one. A read of a young entry is a single lookup.
 */
export class SizeBoundedCache<Value> {
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  #youngBytes = 0;

  /**
   * @param maxBytes for both generations together
   * @param sizeInBytes size of an entry; an estimate is sufficient
   */
  constructor(
    private readonly maxBytes: number,
    private readonly sizeInBytes: (value: Value) => number,
  ) {}

  /** Moves an old entry to the young generation. */
  get(key: string): Value | undefined {
    const value = this.#young.get(key);
    if (value !== undefined) return value;
    const older = this.#old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  /** Values larger than half of `maxBytes` are not cached. */
  set(key: string, value: Value): void {
    const bytes = this.sizeInBytes(value);
    if (bytes > this.maxBytes / 2) {
      this.delete(key);
      return;
    }
    // An old entry with this key is shadowed and is evicted with its generation.
    this.deleteYoung(key);
    if (this.#youngBytes + bytes > this.maxBytes / 2) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngBytes = 0;
    }
    this.#young.set(key, value);
    this.#youngBytes += bytes;
  }

  delete(key: string): void {
    this.deleteYoung(key);
    this.#old.delete(key);
  }

  private deleteYoung(key: string): void {
    const value = this.#young.get(key);
    if (value === undefined) return;
    this.#youngBytes -= this.sizeInBytes(value);
    this.#young.delete(key);
  }
}
