import type { PendingRevocation } from './pending-revocation.js';

/** Bounds memory during an outage. Session ids come from verified JWTs. */
const maxSessions = 10_000;
/** Anyone can sign out with a made-up token. It must not take the place of a session. */
const maxTokens = 1_000;

/** The pending revocations of this process, each session once. Lost when the process ends. */
export class PendingRevocations {
  readonly #sessions = new Map<string, PendingRevocation>();
  readonly #tokens = new Map<string, PendingRevocation>();

  /** @returns false if there is no room for it */
  add(revocation: PendingRevocation): boolean {
    const entries = this.entriesLike(revocation);
    if (entries.has(revocation.key)) return true;
    if (entries.size >= (revocation.isToken ? maxTokens : maxSessions)) return false;
    entries.set(revocation.key, revocation);
    return true;
  }

  get size(): number {
    return this.#sessions.size + this.#tokens.size;
  }

  has(revocation: PendingRevocation): boolean {
    return this.entriesLike(revocation).has(revocation.key);
  }

  remove(revocation: PendingRevocation): void {
    this.entriesLike(revocation).delete(revocation.key);
  }

  /** Up to `max` revocations whose next attempt is due; sessions before tokens. */
  due(nowMs: number, max: number): PendingRevocation[] {
    const due: PendingRevocation[] = [];
    for (const revocation of this) {
      if (due.length === max) break;
      if (revocation.nextAttemptAtMs <= nowMs) due.push(revocation);
    }
    return due;
  }

  /** When the next attempt is due; Infinity if nothing is pending. */
  get nextAttemptAtMs(): number {
    let earliest = Infinity;
    for (const { nextAttemptAtMs } of this) earliest = Math.min(earliest, nextAttemptAtMs);
    return earliest;
  }

  *[Symbol.iterator](): Iterator<PendingRevocation> {
    yield* this.#sessions.values();
    yield* this.#tokens.values();
  }

  private entriesLike({ isToken }: PendingRevocation): Map<string, PendingRevocation> {
    return isToken ? this.#tokens : this.#sessions;
  }
}
