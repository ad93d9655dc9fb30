import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { Clock } from '../../ports/clock.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { DenyList, type DenyKey } from './deny-list.js';

/** Removing expired entries visits all of them, so it is not done at every sign-out. */
const cleanupIntervalMs = 60_000;
/** Anyone can sign out with a made-up token. Session ids come from verified JWTs and need no limit. */
const maxTokens = 50_000;

/** A deny list of this process. */
@Injectable()
export class MemoryDenyList extends DenyList {
  private readonly clock: Clock;
  private readonly sessions = new Map<string, number>();
  private readonly tokens = new Map<string, number>();
  private nextCleanupAtMs = -Infinity;

  constructor(@Inject(RESOLVED_OPTIONS) { clock }: Pick<ResolvedOptions, 'clock'>) {
    super();
    this.clock = clock;
  }

  override deny(key: DenyKey, untilMs: number): void {
    this.removeExpired();
    if ('sessionId' in key) this.sessions.set(key.sessionId, untilMs);
    else this.denyToken(key.tokenHash, untilMs);
  }

  override isDenied(key: DenyKey): boolean {
    if ('sessionId' in key) return this.sessions.has(key.sessionId);
    const untilMs = this.tokens.get(key.tokenHash);
    return untilMs !== undefined && this.clock.nowMs() < untilMs;
  }

  /** A second sign-out does not shorten the denial of a first one that Stytch did not confirm. */
  private denyToken(tokenHash: string, untilMs: number): void {
    const currentUntilMs = this.tokens.get(tokenHash);
    if (currentUntilMs === undefined && this.tokens.size >= maxTokens) this.evictTokens();
    this.tokens.set(tokenHash, Math.max(untilMs, currentUntilMs ?? 0));
  }

  /** Evicts the half that expires first, which made-up tokens are in. Sorting once pays for many. */
  private evictTokens(): void {
    const byExpiry = [...this.tokens].sort(([, one], [, other]) => one - other);
    for (const [tokenHash] of byExpiry.slice(0, maxTokens / 2)) this.tokens.delete(tokenHash);
  }

  private removeExpired(): void {
    if (this.clock.monotonicMs() < this.nextCleanupAtMs) return;
    this.nextCleanupAtMs = this.clock.monotonicMs() + cleanupIntervalMs;
    const nowMs = this.clock.nowMs();
    for (const entries of [this.sessions, this.tokens]) {
      for (const [id, untilMs] of entries) if (untilMs < nowMs) entries.delete(id);
    }
  }
}
