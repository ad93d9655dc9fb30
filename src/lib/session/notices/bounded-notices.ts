import type { RevocationNotice } from '../../ports/revocation-channel.js';

const maxNotices = 10_000;

/** Notices in the order in which they were added, one for each key, and as many as fit. */
export class BoundedNotices {
  readonly #untilMs = new Map<string, number>();

  /** @returns false if the oldest notice was dropped for it */
  add({ key, untilMs }: RevocationNotice): boolean {
    this.#untilMs.delete(key);
    this.#untilMs.set(key, untilMs);
    if (this.#untilMs.size <= maxNotices) return true;
    const [oldest = ''] = this.#untilMs.keys();
    this.#untilMs.delete(oldest);
    return false;
  }

  has({ key }: RevocationNotice): boolean {
    return this.#untilMs.has(key);
  }

  /** Up to `max` of the oldest notices. Those that have expired are removed. */
  oldest(max: number, nowMs: number): RevocationNotice[] {
    const notices: RevocationNotice[] = [];
    for (const [key, untilMs] of this.#untilMs) {
      if (notices.length === max) break;
      if (untilMs > nowMs) notices.push({ key, untilMs });
      else this.#untilMs.delete(key);
    }
    return notices;
  }

  /** Leaves a notice that was replaced since it was published. */
  remove(published: readonly RevocationNotice[]): void {
    for (const { key, untilMs } of published) {
      if (this.#untilMs.get(key) === untilMs) this.#untilMs.delete(key);
    }
  }
}
