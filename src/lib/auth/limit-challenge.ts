import { Inject, Injectable, Logger } from '@nestjs/common';
import type { HttpExchange } from '../http/http-exchange.js';
import { withTimeout } from '../http/with-timeout.js';
import type { StytchLimitName } from '../options/limits.options.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';

const timeoutMs = 5_000;
/** Each call may wait for another service. */
const maxConcurrentCalls = 100;

/** Asks `limits.challenge` whether a request that exceeds a limit may continue. */
@Injectable()
export class LimitChallenge {
  private readonly logger = new Logger('Stytch');
  private hasLogged = false;
  private calls = 0;

  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {}

  /** Only `true` passes: errors, other values and calls that take too long do not. */
  async isPassed(limit: StytchLimitName, { platformRequest }: HttpExchange): Promise<boolean> {
    const { challenge } = this.options.limits;
    if (challenge === undefined || this.calls >= maxConcurrentCalls) return false;
    this.calls += 1;
    try {
      const call = Promise.resolve(challenge({ limit, request: platformRequest }));
      const decision: unknown = await withTimeout(call, timeoutMs);
      if (typeof decision !== 'boolean') this.logOnce();
      return decision === true;
    } catch {
      // The error is not logged: its message may contain what the client sent.
      this.logOnce();
      return false;
    } finally {
      this.calls -= 1;
    }
  }

  private logOnce(): void {
    if (this.hasLogged) return;
    this.hasLogged = true;
    this.logger.error(
      'limits.challenge failed, did not respond within 5 seconds, or returned something other than true or false. The request was refused. Further failures are not logged.',
    );
  }
}
