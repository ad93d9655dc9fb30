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

  /** @param until end of the session (RFC 3339): after it no JWT of it verifies anywhere. */
  deny(sessionId: string, until: string): void {
    this.forgetEnded();
    this.deniedUntilMs.set(sessionId, Date.parse(until));
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
