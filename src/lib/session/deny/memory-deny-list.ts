import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { DenyList } from './deny-list.js';

/** Looking through all of them is not done at every sign-out. */
const cleanupIntervalMs = 60_000;

/** Denies in this process only, for as long as it runs. */
@Injectable()
export class MemoryDenyList extends DenyList {
  private readonly deniedUntilMs = new Map<string, number>();
  private nextCleanupAtMs = -Infinity;

  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {
    super();
  }

  override deny(sessionId: string, untilMs: number): void {
    this.removeExpired();
    this.deniedUntilMs.set(sessionId, untilMs);
  }

  override has(sessionId: string): boolean {
    return this.deniedUntilMs.has(sessionId);
  }

  private removeExpired(): void {
    const { clock } = this.options;
    if (clock.monotonicMs() < this.nextCleanupAtMs) return;
    this.nextCleanupAtMs = clock.monotonicMs() + cleanupIntervalMs;
    const nowMs = clock.nowMs();
    for (const [sessionId, untilMs] of this.deniedUntilMs) {
      if (untilMs < nowMs) this.deniedUntilMs.delete(sessionId);
    }
  }
}
