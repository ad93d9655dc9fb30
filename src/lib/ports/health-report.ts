import type { StytchCallKind } from './call-kind.js';

/**
 * Why the state is not `ok`. New reasons may be added in minor versions.
 *
 * These make an instance `unavailable`, because it can verify no session:
 * - `keys_missing`: the signing keys have not been fetched yet
 * - `keys_too_old`: they could not be fetched for 24 hours
 * - `clock_untrusted`: the server's clock disagrees with Stytch's
 * - `shutting_down`: the application is closing
 *
 * These make it `degraded`. Sessions are still verified locally:
 * - `keys_stale`: the keys could not be fetched for ten minutes, so a withdrawn key is still accepted
 * - `circuit_open`: Stytch does not respond, so expired JWTs can't be refreshed. Reported until a session call succeeds,
 *   so also while `circuit` is `half_open`.
 * - `channel_interrupted`: sign-outs of other instances may be missed here, or those of this instance by the others
 * - `limits_not_shared`: `shared.limits` failed when it was last used, within the last minute, so this instance counted
 *   on its own
 */
export type StytchHealthReason =
  | 'keys_missing'
  | 'keys_too_old'
  | 'clock_untrusted'
  | 'shutting_down'
  | 'keys_stale'
  | 'circuit_open'
  | 'channel_interrupted'
  | 'limits_not_shared';

/** The calls of one kind. */
export interface StytchQueueState {
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** How many calls wait until one in flight has ended. */
  readonly waiting: number;
}

/** The state of this instance. It has no ids, addresses or tokens. */
export interface StytchHealthReport {
  readonly status: 'ok' | 'degraded' | 'unavailable';
  /** Whether this instance can verify sessions: `status` is not `unavailable`. */
  readonly isReady: boolean;
  readonly reasons: readonly StytchHealthReason[];
  readonly keys: {
    /** 0 before the first fetch. */
    readonly count: number;
    /** How long ago the keys were fetched. Missing before the first fetch. */
    readonly ageSeconds?: number;
  };
  /** Whether session calls to Stytch are made. `half_open`: the next one is, to see whether Stytch responds again. */
  readonly circuit: 'closed' | 'open' | 'half_open';
  readonly calls: Readonly<Record<StytchCallKind, StytchQueueState>>;
  /** Revocations that Stytch has not confirmed, and that this instance retries. */
  readonly pendingRevocations: number;
  /**
   * The option `shared.revocations`. `interrupted`: sign-outs of other instances may be missed here, or those of this
   * instance by the others.
   */
  readonly channel: 'not_configured' | 'connected' | 'interrupted';
  /**
   * The option `shared.limits`. `failing`: it failed when it was last used, within the last minute, and this instance
   * counted on its own.
   */
  readonly sharedLimits: 'not_configured' | 'working' | 'failing';
  readonly isShuttingDown: boolean;
}
