import type { RevocationNotice } from '../../ports/revocation-channel.js';

const maxNoticesOfAKind = 10_000;

/** The keys of notices of changes start so. */
export const changePrefix = 'stale ';

/**
 * Notices in the order in which they were added, one for each key, and as many as fit. Changes are held apart, so
 * that they never push sign-outs out: a directory can be imported with thousands at once.
 */
export class BoundedNotices {
  readonly #signOuts = new Map<string, number>();
  readonly #changes = new Map<string, number>();

  /** @returns false if the oldest notice was dropped for it */
  add({ key, untilMs }: RevocationNotice): boolean {
    const notices = this.kindOf(key);
    notices.delete(key);
    notices.set(key, untilMs);
    if (notices.size <= maxNoticesOfAKind) return true;
    const [oldest = ''] = notices.keys();
    notices.delete(oldest);
    return false;
  }

  has({ key }: RevocationNotice): boolean {
    return this.kindOf(key).has(key);
  }

  /** Up to `max` notices, sign-outs and the oldest first. Those that have expired are removed. */
  oldest(max: number, nowMs: number): RevocationNotice[] {
    const found: RevocationNotice[] = [];
    for (const notices of [this.#signOuts, this.#changes]) {
      for (const [key, untilMs] of notices) {
        if (found.length === max) return found;
        if (untilMs > nowMs) found.push({ key, untilMs });
        else notices.delete(key);
      }
    }
    return found;
  }

  /** Leaves a notice that was replaced since it was published. */
  remove(published: readonly RevocationNotice[]): void {
    for (const { key, untilMs } of published) {
      const notices = this.kindOf(key);
      if (notices.get(key) === untilMs) notices.delete(key);
    }
  }

  private kindOf(key: string): Map<string, number> {
    return key.startsWith(changePrefix) ? this.#changes : this.#signOuts;
  }
}
