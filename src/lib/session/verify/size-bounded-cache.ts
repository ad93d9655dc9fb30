/**
 * A bounded memory in two generations: what is used stays, what is not falls out with the older
 * one. Reading costs one look-up and moves nothing, unlike a list ordered by use.
 */
export class SizeBoundedCache<Value> {
  private young = new Map<string, Value>();
  private old = new Map<string, Value>();
  private youngBytes = 0;

  /**
   * @param maxBytes for both generations together
   * @param sizeInBytes what an entry weighs; an estimate will do
   */
  constructor(
    private readonly maxBytes: number,
    private readonly sizeInBytes: (value: Value) => number,
  ) {}

  get(key: string): Value | undefined {
    const value = this.young.get(key);
    if (value !== undefined) return value;
    const older = this.old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: string, value: Value): void {
    const bytes = this.sizeInBytes(value);
    if (bytes > this.maxBytes / 2) {
      this.delete(key);
      return;
    }
    // What the older one holds of that name is hidden from now on, and goes with it.
    this.deleteYoung(key);
    if (this.youngBytes + bytes > this.maxBytes / 2) {
      this.old = this.young;
      this.young = new Map();
      this.youngBytes = 0;
    }
    this.young.set(key, value);
    this.youngBytes += bytes;
  }

  delete(key: string): void {
    this.deleteYoung(key);
    this.old.delete(key);
  }

  private deleteYoung(key: string): void {
    const value = this.young.get(key);
    if (value === undefined) return;
    this.youngBytes -= this.sizeInBytes(value);
    this.young.delete(key);
  }
}
