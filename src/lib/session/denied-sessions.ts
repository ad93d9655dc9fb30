import { Inject, Injectable } from '@nestjs/common';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import type { ResolvedOptions } from '../options/resolve-options.js';

/**
 * Sessions that were signed out but whose JWTs still verify: a JWT cannot be called back, so the
 * session is refused here until no JWT of it can be alive. In this process only.
 */
@Injectable()
export class DeniedSessions {
  private readonly deniedUntilMs = new Map<string, number>();

  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {}

  /** @param untilMs wall time after which no JWT of the session can be alive */
  deny(sessionId: string, untilMs: number): void {
    this.forgetEnded();
    this.deniedUntilMs.set(sessionId, untilMs);
  }

  has(sessionId: string): boolean {
    return this.deniedUntilMs.has(sessionId);
  }

  private forgetEnded(): void {
    const nowMs = this.options.clock.nowMs();
    for (const [sessionId, untilMs] of this.deniedUntilMs) {
      if (untilMs < nowMs) this.deniedUntilMs.delete(sessionId);
    }
  }
}
