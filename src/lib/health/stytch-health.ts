import { Inject, Injectable } from '@nestjs/common';
import { FailoverLimitStorage } from '../limits/failover-limit-storage.js';
import type { StytchHealthReason, StytchHealthReport } from '../ports/health-report.js';
import type { LimitStorage } from '../ports/limit-storage.js';
import { InstanceNotices } from '../session/notices/instance-notices.js';
import { RevocationRetries } from '../session/revoke/revocation-retries.js';
import { SigningKeys } from '../session/verify/signing-keys.js';
import { TrustedClock } from '../session/verify/trusted-clock.js';
import { CircuitBreaker } from '../stytch-api/circuit-breaker.js';
import { StytchCalls } from '../stytch-api/stytch-calls.js';
import { LIMIT_STORAGE } from '../stytch.tokens.js';

/**
 * The state of this instance, for probes and metrics.
 *
 * @example
 * ```ts
 * const { isReady, reasons } = this.health.check();
 * if (!isReady) throw new ServiceUnavailableException(reasons);
 * ```
 */
@Injectable()
export class StytchHealth {
  #isShuttingDown = false;

  /** @internal Created by Nest. */
  constructor(
    private readonly keys: SigningKeys,
    private readonly clock: TrustedClock,
    private readonly circuitBreaker: CircuitBreaker,
    private readonly calls: StytchCalls,
    private readonly revocationRetries: RevocationRetries,
    private readonly notices: InstanceNotices,
    @Inject(LIMIT_STORAGE) private readonly limits: LimitStorage,
  ) {}

  /** Reads the state from memory. Calls neither Stytch nor Redis, and waits for nothing. */
  check(): StytchHealthReport {
    const { kind: keyState, ...keys } = { count: 0, ...this.keys.state };
    const state = {
      keys,
      circuit: this.circuitBreaker.state,
      calls: this.calls.queueStates,
      pendingRevocations: this.revocationRetries.pendingCount,
      channel: this.notices.state,
      sharedLimits: this.sharedLimits,
      isShuttingDown: this.#isShuttingDown,
    };
    const blocking = reasonsOf({
      keys_missing: keyState === 'missing',
      keys_too_old: keyState === 'too_old',
      clock_untrusted: !this.clock.isTrusted,
      shutting_down: state.isShuttingDown,
    });
    const degrading = reasonsOf({
      keys_stale: keyState === 'stale',
      // Half open, too: only the next session call tells whether Stytch responds again.
      circuit_open: state.circuit !== 'closed',
      channel_interrupted: state.channel === 'interrupted',
      limits_not_shared: state.sharedLimits === 'failing',
    });
    const isReady = blocking.length === 0;
    const status = isReady ? (degrading.length === 0 ? 'ok' : 'degraded') : 'unavailable';
    return { status, isReady, reasons: [...blocking, ...degrading], ...state };
  }

  /**
   * The application closes. Reported before its server does, so that load balancers can notice.
   * @internal
   */
  reportShutdown(): void {
    this.#isShuttingDown = true;
  }

  private get sharedLimits(): StytchHealthReport['sharedLimits'] {
    if (!(this.limits instanceof FailoverLimitStorage)) return 'not_configured';
    return this.limits.isFailing ? 'failing' : 'working';
  }
}

const reasonsOf = (conditions: Partial<Record<StytchHealthReason, boolean>>): StytchHealthReason[] =>
  (Object.keys(conditions) as StytchHealthReason[]).filter((reason) => conditions[reason] === true);
