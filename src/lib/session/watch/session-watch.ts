import { Inject, Injectable, Logger } from '@nestjs/common';
import { classNameOf } from '../../errors/class-name-of.js';
import { refusalOf, type Refusal } from '../../errors/refusal.js';
import { isSession, type Principal } from '../../identity/principal.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { RequestAuthenticator } from '../authenticate-request.js';
import { DenyList } from '../deny/deny-list.js';
import { isPromise } from '../maybe-promise.js';
import { verifiedJwtOf } from '../session-jwts.js';
import { refusalForResult, unknown, type SessionResult } from '../session-result.js';
import type { Change } from '../stale/change.js';
import { refreshDelayMs, StaleMarks } from '../stale/stale-marks.js';
import { sessionEndSeconds } from '../verify/check-times.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';
import { DueTimes } from './due-times.js';
import { nextCheckInMs, retryAfterMs } from './next-check.js';
import { RenewalChecks } from './renewal-checks.js';
import { RunningTime } from './running-time.js';
import {
  newWatched,
  watchedKeyOf,
  type OnSessionEnd,
  type OnSessionRenewed,
  type Watched,
  type Watcher,
} from './watched.js';
import { WatchedIndex } from './watched-index.js';

/** How often the time is compared, so that nothing outlives its session by a second. */
const tickMs = 500;
/** Otherwise a token that nothing watches any more would be kept until it expires, which may be in an hour. */
const maxTokenCheckMs = 240_000;
/** Each is a connection or a subscription, of which a process can have fewer. */
const maxWatches = 200_000;

/**
 * Tells what outlives a request, such as a socket, a subscription or an event stream, that its session has ended:
 * at once when it is signed out or denied here or, if instances share revocations, elsewhere; within a second when
 * it expires. A change that a webhook reports is checked as for a request, by asking Stytch once. A revocation at
 * Stytch, which no webhook reports, is noticed when the JWT of the session expires, at most five minutes later:
 * it is then refreshed as for a request, once for all that watch the session. A session that can't be refreshed
 * has ended for its watchers when a request of it would be refused. Each watcher is given the session after a
 * refresh, and may refuse to go on with it.
 *
 * There is one timer for all, which runs while something is watched.
 */
@Injectable()
export class SessionWatch {
  readonly #watched = new WatchedIndex();
  readonly #due = new DueTimes<Watched>();
  readonly #time: RunningTime;
  readonly #renewals: RenewalChecks;
  #timer: NodeJS.Timeout | undefined;
  #watches = 0;

  constructor(
    private readonly authenticator: RequestAuthenticator,
    denyList: DenyList,
    private readonly staleMarks: StaleMarks,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    this.#time = new RunningTime(options.clock);
    this.#renewals = new RenewalChecks(options.clock, this.#time, {
      retry: (watched) => {
        this.schedule(watched, retryAfterMs);
      },
      end: (watched, watcher, refusal) => {
        this.endOne(watched, watcher, refusal);
      },
    });
    denyList.onDenied((key) => {
      const watched = 'sessionId' in key ? this.#watched.get(key.sessionId) : undefined;
      if (watched !== undefined) this.end(watched, refusalOf('session_revoked'));
    });
    staleMarks.onMark((change) => {
      this.checkChanged(change);
    });
  }

  /** How many watch at the moment. */
  get size(): number {
    return this.#watches;
  }

  /**
   * Calls `onEnd` once, never before `watch` has returned.
   *
   * @param onRenewed is also called if a newer JWT of the session is known already
   * @returns a function that stops watching
   * @throws {TypeError} for a session that was not authenticated here, such as a copy: it can't be refreshed
   */
  watch(principal: Principal, onEnd: OnSessionEnd, onRenewed?: OnSessionRenewed): () => void {
    const watched = this.watchedOf(principal);
    const own = isSession(principal) ? verifiedJwtOf(principal) : undefined;
    const watcher: Watcher = { onEnd, onRenewed, accepted: own, given: own };
    watched.watchers.add(watcher);
    this.#watches += 1;
    if (this.#watches > maxWatches)
      queueMicrotask(() => {
        this.endOne(watched, watcher, refusalOf('stytch_unavailable'));
      });
    else if (onRenewed !== undefined)
      queueMicrotask(() => {
        this.#renewals.start(watched, watcher);
      });
    this.startTimer();
    return () => {
      this.remove(watched, watcher);
    };
  }

  /** Forgets all watches without a call: what they watch for is closed by its server. */
  shutDown(): void {
    this.#watched.clear();
    this.#due.clear();
    this.stopTimer();
    this.#watches = 0;
  }

  private watchedOf(principal: Principal): Watched {
    const existing = this.#watched.get(watchedKeyOf(principal));
    if (existing !== undefined) return existing;
    const watched = newWatched(principal);
    this.#watched.add(watched);
    // At once: the session may have been denied since the request was authenticated.
    this.schedule(watched, 0);
    queueMicrotask(() => {
      this.compare();
    });
    return watched;
  }

  /** Has no effect if it is due before: that check schedules the next one. */
  private schedule(watched: Watched, inMs: number): void {
    const atMs = this.#time.nowMs() + inMs;
    if (atMs >= watched.dueAtMs) return;
    watched.dueAtMs = atMs;
    this.#due.add(watched, atMs);
  }

  private startTimer(): void {
    this.#timer ??= setInterval(() => {
      this.compare();
    }, tickMs).unref();
  }

  private stopTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#renewals.clear();
  }

  private compare(): void {
    const nowMs = this.#time.nowMs();
    this.#renewals.failOverdue(nowMs);
    for (const watched of this.#due.takeDue(nowMs)) {
      if (!this.#watched.has(watched) || watched.dueAtMs > nowMs) continue;
      watched.dueAtMs = Infinity;
      if (watched.watchers.size === 0) this.#watched.delete(watched);
      else this.check(watched);
    }
    if (this.#watched.size === 0) this.stopTimer();
  }

  private checkChanged(change: Change): void {
    for (const watched of this.#watched.allOf(change.id)) {
      if (watched.newest !== undefined) this.schedule(watched, refreshDelayMs(change, watched.key));
      else if (change.kind === 'deletion') this.end(watched, refusalOf('token_invalid'));
    }
  }

  private check(watched: Watched): void {
    if (watched.newest === undefined) this.checkToken(watched);
    else this.checkSession(watched, watched.newest);
  }

  private checkToken(watched: Watched): void {
    const remainingMs = watched.expiresAtMs - this.options.clock.nowMs();
    if (remainingMs <= 0) this.end(watched, refusalOf('token_expired'));
    else this.schedule(watched, Math.min(remainingMs, maxTokenCheckMs));
  }

  private checkSession(watched: Watched, { jwt }: VerifiedJwt): void {
    const result = this.authenticator.authenticateJwt(jwt);
    if (!isPromise(result)) this.apply(result, watched);
    else
      void result
        .catch(() => unknown('stytch_unavailable'))
        .then((settled) => {
          if (this.#watched.has(watched)) this.apply(settled, watched);
        });
  }

  private apply(result: SessionResult, watched: Watched): void {
    if (result.kind === 'signed_in') {
      this.continueWith(watched, result.verified);
    } else if (result.kind === 'unknown' && watched.expiresAtMs > this.options.clock.nowMs()) {
      // The JWT is still valid, so the session goes on.
      this.checkAgain(watched, Infinity, retryAfterMs);
    } else {
      this.end(watched, refusalForResult(result));
    }
  }

  private continueWith(watched: Watched, newest: VerifiedJwt): void {
    watched.newest = newest;
    watched.expiresAtMs = newest.expiresAtSeconds * 1000;
    const sessionEndsAtMs = sessionEndSeconds(newest, this.options.session.maxLifetimeMinutes) * 1000;
    this.checkAgain(watched, sessionEndsAtMs, this.staleMarks.refreshDueInMs(newest));
    for (const watcher of [...watched.watchers]) this.#renewals.start(watched, watcher);
  }

  private checkAgain(watched: Watched, sessionEndsAtMs: number, refreshDueInMs: number): void {
    const nowMs = this.options.clock.nowMs();
    const jwtExpiresInMs = watched.expiresAtMs - nowMs;
    const sessionEndsInMs = sessionEndsAtMs - nowMs;
    this.schedule(watched, nextCheckInMs({ jwtExpiresInMs, sessionEndsInMs, refreshDueInMs }));
  }

  private end(watched: Watched, refusal: Refusal): void {
    this.#watched.delete(watched);
    const watchers = [...watched.watchers];
    watched.watchers.clear();
    this.#watches -= watchers.length;
    for (const watcher of watchers) notify(watcher, refusal);
  }

  private endOne(watched: Watched, watcher: Watcher, refusal: Refusal): void {
    if (this.remove(watched, watcher)) notify(watcher, refusal);
  }

  private remove(watched: Watched, watcher: Watcher): boolean {
    const isRemoved = watched.watchers.delete(watcher);
    if (isRemoved) this.#watches -= 1;
    return isRemoved;
  }
}

/** A listener of the application that throws must not keep the others open, nor make a sign-out fail. */
function notify({ onEnd }: Watcher, refusal: Refusal): void {
  try {
    onEnd(refusal);
  } catch (error) {
    new Logger('Stytch').error(`A listener to the end of a session threw (${classNameOf(error)}).`);
  }
}
