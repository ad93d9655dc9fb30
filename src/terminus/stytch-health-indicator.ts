import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { StytchHealth, type StytchHealthReport } from '../lib/index.js';

/** What the response to a probe shows: `status` by Terminus's rules, and the state of this instance. */
export type StytchHealthResult<Key extends string = string> = Record<
  Key,
  {
    readonly status: 'up' | 'down';
    readonly condition: StytchHealthReport['status'];
    readonly reasons: StytchHealthReport['reasons'];
  }
>;

/**
 * The health of this instance for `@nestjs/terminus`. Add it to the `providers` of the module with the health
 * controller. No probe calls Stytch or Redis.
 *
 * @example
 * ```ts
 * @Get('ready')
 * @HealthCheck()
 * ready() {
 *   return this.checks.check([() => this.stytch.isReady('stytch')]);
 * }
 * ```
 */
@Injectable()
export class StytchHealthIndicator {
  /** @internal Created by Nest. */
  constructor(
    private readonly health: StytchHealth,
    private readonly indicators: HealthIndicatorService,
  ) {}

  /**
   * For readiness probes. `down` while no session can be verified: before the first signing keys, if they are too
   * old, if the server's clock is wrong, and from the start of shutdown. During an outage of Stytch it is `up`, since
   * sessions are still verified, and without any instance in rotation nothing would be.
   * @param key the name in the response
   */
  isReady<const Key extends string>(key: Key): StytchHealthResult<Key> {
    const report = this.health.check();
    return this.resultOf(key, report, report.isReady);
  }

  /**
   * For dashboards and alerts. `down` also if the state is `degraded`. Not for probes: all instances see an outage
   * of Stytch or Redis at once.
   * @param key the name in the response
   */
  isHealthy<const Key extends string>(key: Key): StytchHealthResult<Key> {
    const report = this.health.check();
    return this.resultOf(key, report, report.status === 'ok');
  }

  private resultOf<Key extends string>(
    key: Key,
    { status: condition, reasons }: StytchHealthReport,
    isUp: boolean,
  ): StytchHealthResult<Key> {
    const indicator = this.indicators.check(key);
    const data = { condition, reasons };
    return isUp ? indicator.up(data) : indicator.down(data);
  }
}
