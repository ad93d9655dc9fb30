import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { Clock } from '../../ports/clock.js';
import { hasPassed, momentAt, type Moment } from '../moment.js';
import { DenyList, type DenyKey } from './deny-list.js';

/** Between two visits of all entries. */
const cleanupIntervalMs = 60_000;
/** A visit of a million entries at once would hold up requests for a second, so it is done in parts. */
const maxVisited = 2_000;
const partIntervalMs = 50;
/** Anyone can sign out with a made-up token. Session ids come from verified JWTs and need no limit. */
const maxTokens = 50_000;

/**
 * A deny list of this process. A denial ends when it has on both clocks: a wall clock that is ahead for a
 * moment does not end it.
 */
export class MemoryDenyList extends DenyList {
  private readonly clock: Clock;
  readonly #sessions = new Map<string, Moment>();
  readonly #tokens = new Map<string, Moment>();
  #visit: Generator<void, void> | undefined;
  private nextCleanupAtMs = -Infinity;

  constructor({ clock }: Pick<ResolvedOptions, 'clock'>) {
    super();
    this.clock = clock;
  }

  override deny(key: DenyKey, untilMs: number): void {
    this.removeExpired();
    const until = momentAt(this.clock, untilMs);
    if ('sessionId' in key) this.#sessions.set(key.sessionId, until);
    else this.denyToken(key.tokenHash, until);
    this.emitDenied(key, untilMs);
  }

  override ensureDenied(key: DenyKey, untilMs: number): void {
    const current = 'sessionId' in key ? this.#sessions.get(key.sessionId) : this.#tokens.get(key.tokenHash);
    if (current === undefined || current.wallMs < untilMs) this.deny(key, untilMs);
  }

  /** There are no other instances, or they are not told. */
  override denyEverywhere(key: DenyKey, untilMs: number): void {
    this.deny(key, untilMs);
  }

  override isDenied(key: DenyKey): boolean {
    if ('sessionId' in key) return this.#sessions.has(key.sessionId);
    const until = this.#tokens.get(key.tokenHash);
    return until !== undefined && !hasPassed(this.clock, until);
  }

  /** A second sign-out does not shorten the denial of a first one that Stytch did not confirm. */
  private denyToken(tokenHash: string, until: Moment): void {
    const current = this.#tokens.get(tokenHash);
    if (current === undefined && this.#tokens.size >= maxTokens) this.evictTokens();
    this.#tokens.set(tokenHash, current === undefined ? until : later(current, until));
  }

  /** Evicts the half that expires first, which made-up tokens are in. Sorting once pays for many. */
  private evictTokens(): void {
    const byExpiry = [...this.#tokens].sort(([, one], [, other]) => one.monotonicMs - other.monotonicMs);
    for (const [tokenHash] of byExpiry.slice(0, maxTokens / 2)) this.#tokens.delete(tokenHash);
  }

  private removeExpired(): void {
    const nowMs = this.clock.monotonicMs();
    if (nowMs < this.nextCleanupAtMs) return;
    this.#visit ??= this.visitAll();
    for (let visited = 0; visited < maxVisited; visited += 1) {
      if (this.#visit.next().done !== true) continue;
      this.#visit = undefined;
      break;
    }
    this.nextCleanupAtMs = nowMs + (this.#visit === undefined ? cleanupIntervalMs : partIntervalMs);
  }

  /** Removes expired entries, and pauses at each entry. Entries that are added until then are visited too. */
  private *visitAll(): Generator<void, void> {
    for (const entries of [this.#sessions, this.#tokens]) {
      for (const [id, until] of entries) {
        if (hasPassed(this.clock, until)) entries.delete(id);
        yield;
      }
    }
  }
}

const later = (one: Moment, other: Moment): Moment => ({
  wallMs: Math.max(one.wallMs, other.wallMs),
  monotonicMs: Math.max(one.monotonicMs, other.monotonicMs),
});
