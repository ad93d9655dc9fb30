import { classNameOf } from '../../errors/class-name-of.js';
import { refusalOf, type Refusal } from '../../errors/refusal.js';
import { LimitedLog } from '../../events/limited-log.js';
import type { Clock } from '../../ports/clock.js';
import { isPromise } from '../maybe-promise.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';
import { DueTimes } from './due-times.js';
import { retryAfterMs } from './next-check.js';
import type { RunningTime } from './running-time.js';
import type { OnSessionRenewed, Watched, Watcher } from './watched.js';

/** After this time, a check counts as failed. */
const maxCheckMs = 10_000;

/** What becomes of a watcher that does not accept the session. */
export interface RenewalConsequences {
  /** It is not known at the moment: the watcher is given the session again after {@link retryAfterMs}. */
  retry(watched: Watched): void;
  end(watched: Watched, watcher: Watcher, refusal: Refusal): void;
}

interface RenewalCheck {
  readonly watched: Watched;
  readonly watcher: Watcher;
  readonly given: VerifiedJwt;
}

/** Gives watchers the session after a refresh, and decides by what they return whether they go on. */
export class RenewalChecks {
  /** Those that wait, by the time at which they count as failed. */
  readonly #waiting = new DueTimes<RenewalCheck>();
  readonly #log: LimitedLog;

  constructor(
    private readonly clock: Clock,
    private readonly time: RunningTime,
    private readonly consequences: RenewalConsequences,
  ) {
    this.#log = new LimitedLog(clock);
  }

  /** Gives a watcher the session of the newest JWT, unless it was given it before or began with a newer one. */
  start(watched: Watched, watcher: Watcher): void {
    const { newest: given } = watched;
    const { onRenewed } = watcher;
    if (onRenewed === undefined || given === undefined || !isNewer(given, watcher.given)) return;
    if (!watched.watchers.has(watcher)) return;
    watcher.given = given;
    this.run({ watched, watcher, given }, onRenewed);
  }

  /** @param nowMs the running time */
  failOverdue(nowMs: number): void {
    for (const check of this.#waiting.takeDue(nowMs)) {
      const { watcher, given } = check;
      if (watcher.given === given && watcher.accepted !== given) this.fail(check, 'within 10 s');
    }
  }

  clear(): void {
    this.#waiting.clear();
  }

  private run(check: RenewalCheck, onRenewed: OnSessionRenewed): void {
    const failWith = (error: unknown) => {
      this.fail(check, `(${classNameOf(error)})`);
    };
    try {
      const result = onRenewed(check.given.session);
      if (!isPromise(result)) {
        this.settle(check, result);
        return;
      }
      this.#waiting.add(check, this.time.nowMs() + maxCheckMs);
      result.then((refusal) => {
        this.settle(check, refusal);
      }, failWith);
    } catch (error) {
      failWith(error);
    }
  }

  private fail(check: RenewalCheck, how: string): void {
    if (!check.watched.watchers.has(check.watcher)) return;
    this.#log.log('error', `A requirement of an open stream could not be checked ${how}.`);
    this.settle(check, refusalOf('policy_unavailable'));
  }

  /** A 503 says that it is not known at the moment: the session goes on for as long as with the JWT before. */
  private settle({ watched, watcher, given }: RenewalCheck, refusal: Refusal | undefined): void {
    if (watcher.given !== given || !watched.watchers.has(watcher)) return;
    if (refusal === undefined) {
      watcher.accepted = given;
    } else if (refusal.status === 503 && this.canRetry(watcher)) {
      watcher.given = watcher.accepted;
      this.consequences.retry(watched);
    } else {
      this.consequences.end(watched, watcher, refusal);
    }
  }

  private canRetry({ accepted }: Watcher): boolean {
    const expiresAtMs = (accepted?.expiresAtSeconds ?? 0) * 1000;
    return this.clock.nowMs() + retryAfterMs + maxCheckMs <= expiresAtMs;
  }
}

/** JWTs that were issued in the same second may differ. */
const isNewer = (newest: VerifiedJwt, given: VerifiedJwt | undefined): boolean =>
  given === undefined || (newest.jwt !== given.jwt && newest.issuedAtSeconds >= given.issuedAtSeconds);
