import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { Clock } from '../ports/clock.js';
import { PolicyApi } from '../ports/policy-api.js';
import type { MaybePromise } from '../session/maybe-promise.js';
import { elapsedBetweenMs, elapsedMs, momentOf, type Moment } from '../session/moment.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { readPolicy, type Policy } from './policy.js';

/** An older policy is refreshed in the background. */
const refreshAfterMs = 60_000;
/** An older policy is used only while fetching fails: requests wait for the fetch. */
const maxAgeMs = 5 * 60_000;
/** Maximum age of the policy while fetching fails. */
const maxStaleMs = 15 * 60_000;
/** Delay after a failed fetch. */
const backoffMs = 5_000;

/**
 * The project's RBAC policy, fetched when a permission is first checked. Not fetched by the SDK, which
 * makes one call per check that it denies, and does not share a fetch between requests.
 */
@Injectable()
export class PolicySource {
  readonly #logger = new Logger('Stytch');
  readonly #clock: Clock;
  #policy: Policy | undefined;
  #fetchedAt: Moment | undefined;
  #failedAt: Moment | undefined;
  #inFlight: Promise<void> | undefined;

  constructor(
    private readonly api: PolicyApi,
    @Inject(RESOLVED_OPTIONS) { clock }: ResolvedOptions,
  ) {
    this.#clock = clock;
  }

  /** The policy if it was fetched less than a minute ago. Most requests need only this, so they wait for nothing. */
  getIfFresh(now?: Moment): Policy | undefined {
    return this.#ageMs(now) < refreshAfterMs ? this.#policy : undefined;
  }

  /**
   * `undefined` if the policy can't be known right now. Returns a promise only if it waits for Stytch.
   *
   * @param acceptedAgeMs an older policy is used only if fetching fails; by default five minutes
   */
  get(acceptedAgeMs = maxAgeMs): MaybePromise<Policy | undefined> {
    const ageMs = this.#ageMs();
    if (ageMs < refreshAfterMs) return this.#policy;
    const fetch = this.#attempt();
    return ageMs < acceptedAgeMs ? this.#policy : fetch.then(() => this.#usable());
  }

  #usable(): Policy | undefined {
    return this.#ageMs() < maxStaleMs ? this.#policy : undefined;
  }

  #ageMs(now: Moment = momentOf(this.#clock)): number {
    return this.#fetchedAt === undefined ? Infinity : elapsedBetweenMs(this.#fetchedAt, now);
  }

  #attempt(): Promise<void> {
    if (this.#inFlight !== undefined) return this.#inFlight;
    const isBackingOff = this.#failedAt !== undefined && elapsedMs(this.#clock, this.#failedAt) < backoffMs;
    if (isBackingOff) return Promise.resolve();
    this.#inFlight = this.#fetch().finally(() => {
      this.#inFlight = undefined;
    });
    return this.#inFlight;
  }

  async #fetch(): Promise<void> {
    const startedAt = momentOf(this.#clock);
    const response = await this.api.fetchPolicy();
    const policy = response.kind === 'ok' ? readPolicy(response.body) : undefined;
    if (policy === undefined) {
      this.#failedAt = momentOf(this.#clock);
      this.#logger.warn(
        this.#usable() === undefined
          ? 'The RBAC policy could not be fetched. Permissions cannot be checked.'
          : 'The RBAC policy could not be fetched. The previous policy remains in use.',
      );
      return;
    }
    this.#policy = policy;
    this.#fetchedAt = startedAt;
    this.#failedAt = undefined;
  }
}
