import { Inject, Injectable, Logger } from '@nestjs/common';
import { LimitedLog } from '../../events/limited-log.js';
import { classNameOf } from '../../errors/class-name-of.js';
import { refusalOf, type Refusal } from '../../errors/refusal.js';
import type { Client } from '../../identity/client.js';
import { isSession, type Principal } from '../../identity/principal.js';
import type { Session } from '../../identity/session.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { RequestAuthenticator } from '../authenticate-request.js';
import { DenyList } from '../deny/deny-list.js';
import { isPromise, type MaybePromise } from '../maybe-promise.js';
import { elapsedMs, momentOf, type Moment } from '../moment.js';
import { verifiedJwtOf } from '../session-jwts.js';
import { refusalForResult, unknown, type SessionResult } from '../session-result.js';
import { sessionEndSeconds } from '../verify/check-times.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';
import type { Change } from '../stale/change.js';
import { idsOf, idsOfPerson, refreshDelayMs, StaleMarks } from '../stale/stale-marks.js';
import { DueTimes } from './due-times.js';

/** How often the time is compared, so that nothing outlives its session by a second. */
const tickMs = 500;
/** As for requests: a JWT with less remaining lifetime is refreshed. What fails then is tried again. */
const refreshAheadMs = 60_000;
const retryAfterMs = 10_000;
const minDelayMs = 1_000;
/** After this time, a check counts as failed. */
const maxCheckMs = 10_000;
/** Each is a connection or a subscription, of which a process can have fewer. */
const maxWatches = 200_000;

export type OnSessionEnd = (refusal: Refusal) => void;

/**
 * Is given the session after each refresh. A refusal that it returns ends its watch. After an error, or a refusal with
 * 503, it is called again until the JWT that it accepted before is about to expire.
 */
export type OnSessionRenewed = (session: Session) => MaybePromise<Refusal | undefined>;

interface Watcher {
  readonly onEnd: OnSessionEnd;
  readonly onRenewed: OnSessionRenewed | undefined;
  /** The JWT that it began with or accepted last; absent for an access token. */
  accepted: VerifiedJwt | undefined;
  /** The JWT that it was given last. */
  given: VerifiedJwt | undefined;
}

/**
 * A session or an access token that is watched. Without watchers it stays until it is due, so that clients which
 * come and go don't add one each time.
 */
interface Watched {
  readonly key: string;
  /** Of the person and their organization. */
  readonly ids: readonly string[];
  readonly watchers: Set<Watcher>;
  /** The newest JWT of the session; absent for an access token. */
  newest?: VerifiedJwt;
  /** Epoch milliseconds at which the newest JWT, or the access token, expires. */
  expiresAtMs: number;
  /** When it is checked next; infinite while a check is running. What is due at another time is ignored. */
  dueAtMs: number;
}

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
  readonly #watched = new Map<string, Watched>();
  /** What is watched, by the ids of its person and organization. */
  readonly #byId = new Map<string, Set<Watched>>();
  readonly #due = new DueTimes<Watched>();
  /** What ends the wait for a check, by the time at which it does. */
  readonly #checkLimits = new DueTimes<() => void>();
  readonly #log: LimitedLog;
  /** A clock that runs as fast as the faster face of the application's, since sessions must not last longer. */
  #nowMs = 0;
  #comparedAt: Moment;
  #timer: NodeJS.Timeout | undefined;
  #watches = 0;

  constructor(
    private readonly authenticator: RequestAuthenticator,
    denyList: DenyList,
    private readonly staleMarks: StaleMarks,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    this.#comparedAt = momentOf(options.clock);
    this.#log = new LimitedLog(options.clock);
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
        this.renew(watched, watcher);
      });
    this.startTimer();
    return () => {
      this.remove(watched, watcher);
    };
  }

  /** Forgets all watches without a call: what they watch for is closed by its server. */
  shutDown(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const { watchers } of this.#watched.values()) watchers.clear();
    this.#watched.clear();
    this.#byId.clear();
    this.#due.clear();
    this.#checkLimits.clear();
    this.#watches = 0;
  }

  private watchedOf(principal: Principal): Watched {
    const key = isSession(principal) ? principal.sessionId : tokenKeyOf(principal);
    const existing = this.#watched.get(key);
    if (existing !== undefined) return existing;
    const watched = isSession(principal) ? sessionToWatch(key, principal) : tokenToWatch(key, principal);
    this.add(watched);
    // At once: the session may have been denied since the request was authenticated.
    this.schedule(watched, this.now());
    queueMicrotask(() => {
      this.compare();
    });
    return watched;
  }

  private add(watched: Watched): void {
    this.#watched.set(watched.key, watched);
    for (const id of watched.ids) {
      const sameId = this.#byId.get(id);
      if (sameId === undefined) this.#byId.set(id, new Set([watched]));
      else sameId.add(watched);
    }
  }

  private forget(watched: Watched): void {
    this.#watched.delete(watched.key);
    for (const id of watched.ids) {
      const sameId = this.#byId.get(id);
      sameId?.delete(watched);
      if (sameId?.size === 0) this.#byId.delete(id);
    }
  }

  /** Has no effect if it is due before: that check schedules the next one. */
  private schedule(watched: Watched, atMs: number): void {
    if (atMs >= watched.dueAtMs) return;
    watched.dueAtMs = atMs;
    this.#due.add(watched, atMs);
  }

  private checkChanged(change: Change): void {
    for (const watched of [...(this.#byId.get(change.id) ?? [])]) {
      if (watched.newest !== undefined)
        this.schedule(watched, this.now() + refreshDelayMs(change, watched.key));
      else if (change.kind === 'deletion') this.end(watched, refusalOf('token_invalid'));
    }
  }

  private startTimer(): void {
    this.#timer ??= setInterval(() => {
      this.compare();
    }, tickMs).unref();
  }

  private compare(): void {
    const nowMs = this.now();
    for (const end of this.#checkLimits.takeDue(nowMs)) end();
    for (const watched of this.#due.takeDue(nowMs)) {
      if (this.#watched.get(watched.key) !== watched || watched.dueAtMs > nowMs) continue;
      watched.dueAtMs = Infinity;
      if (watched.watchers.size === 0) this.forget(watched);
      else this.check(watched);
    }
    if (this.#watched.size > 0) return;
    this.#checkLimits.clear();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  private check(watched: Watched): void {
    if (watched.newest === undefined) {
      this.checkToken(watched);
      return;
    }
    const result = this.authenticator.authenticateJwt(watched.newest.jwt);
    if (!isPromise(result)) this.apply(result, watched);
    else
      void result
        .catch(() => unknown('stytch_unavailable'))
        .then((settled) => {
          if (this.#watched.get(watched.key) === watched) this.apply(settled, watched);
        });
  }

  private checkToken(watched: Watched): void {
    const remainingMs = watched.expiresAtMs - this.options.clock.nowMs();
    if (remainingMs <= 0) this.end(watched, refusalOf('token_expired'));
    else this.schedule(watched, this.now() + remainingMs);
  }

  private apply(result: SessionResult, watched: Watched): void {
    if (result.kind === 'signed_out') {
      this.end(watched, refusalForResult(result));
    } else if (result.kind === 'signed_in') {
      const { verified } = result;
      watched.newest = verified;
      watched.expiresAtMs = verified.expiresAtSeconds * 1000;
      const sessionEndsAtMs = sessionEndSeconds(verified, this.options.session.maxLifetimeMinutes) * 1000;
      this.checkAgain(watched, sessionEndsAtMs, this.staleMarks.refreshDueInMs(verified));
      for (const watcher of [...watched.watchers]) this.renew(watched, watcher);
    } else if (watched.expiresAtMs > this.options.clock.nowMs()) {
      // Not known at the moment. The JWT is still valid, so the session goes on.
      this.checkAgain(watched, Infinity, retryAfterMs);
    } else {
      this.end(watched, refusalForResult(result));
    }
  }

  /** @param refreshDueInMs when it has to be refreshed although its JWT is valid for longer */
  private checkAgain(watched: Watched, sessionEndsAtMs: number, refreshDueInMs: number): void {
    const nowMs = this.options.clock.nowMs();
    const lifeMs = watched.expiresAtMs - nowMs;
    const untilRefreshMs = Math.min(
      lifeMs > refreshAheadMs ? lifeMs - refreshAheadMs : retryAfterMs,
      refreshDueInMs,
    );
    const untilExpiryMs = lifeMs > 0 ? lifeMs : Infinity;
    const untilEndMs = Math.max(0, sessionEndsAtMs - nowMs);
    const delayMs = Math.min(Math.max(minDelayMs, untilRefreshMs), untilExpiryMs, untilEndMs);
    this.schedule(watched, this.now() + delayMs);
  }

  /** Gives a watcher the session of the newest JWT, unless it was given it before or began with a newer one. */
  private renew(watched: Watched, watcher: Watcher): void {
    const { newest } = watched;
    if (watcher.onRenewed === undefined || newest === undefined || !isNewer(newest, watcher.given)) return;
    if (!watched.watchers.has(watcher)) return;
    watcher.given = newest;
    const settle = (refusal: Refusal | undefined) => {
      if (watcher.given === newest && watched.watchers.has(watcher)) this.settle(watched, watcher, refusal);
    };
    const fail = (problem: string) => {
      if (!watched.watchers.has(watcher)) return;
      this.#log.log('error', `A requirement of an open stream could not be checked ${problem}.`);
      settle(refusalOf('policy_unavailable'));
    };
    try {
      const result = watcher.onRenewed(newest.session);
      if (!isPromise(result)) {
        settle(result);
        return;
      }
      this.#checkLimits.add(() => {
        if (watcher.given === newest && watcher.accepted !== newest) fail('within 10 s');
      }, this.now() + maxCheckMs);
      result.then(settle, (error: unknown) => {
        fail(`(${classNameOf(error)})`);
      });
    } catch (error) {
      fail(`(${classNameOf(error)})`);
    }
  }

  /** A 503 says that it is not known at the moment: the session goes on for as long as with the JWT before. */
  private settle(watched: Watched, watcher: Watcher, refusal: Refusal | undefined): void {
    if (refusal === undefined) {
      watcher.accepted = watcher.given;
    } else if (refusal.status === 503 && this.canRetry(watcher)) {
      watcher.given = watcher.accepted;
      this.schedule(watched, this.now() + retryAfterMs);
    } else {
      this.endOne(watched, watcher, refusal);
    }
  }

  private canRetry({ accepted }: Watcher): boolean {
    const expiresAtMs = (accepted?.expiresAtSeconds ?? 0) * 1000;
    return this.options.clock.nowMs() + retryAfterMs + maxCheckMs <= expiresAtMs;
  }

  private end(watched: Watched, refusal: Refusal): void {
    this.forget(watched);
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

  private now(): number {
    const { clock } = this.options;
    this.#nowMs += Math.max(0, elapsedMs(clock, this.#comparedAt));
    this.#comparedAt = momentOf(clock);
    return this.#nowMs;
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

/** JWTs that were issued in the same second may differ. */
const isNewer = (newest: VerifiedJwt, given: VerifiedJwt | undefined): boolean =>
  given === undefined || (newest.jwt !== given.jwt && newest.issuedAtSeconds >= given.issuedAtSeconds);

/** Tokens of one client that expire in the same second may be of different people. */
const tokenKeyOf = (client: Client) => [client.clientId, ...idsOfPerson(client), client.expiresAt].join(' ');

function sessionToWatch(key: string, session: Session): Watched {
  const verified = verifiedJwtOf(session);
  if (verified === undefined)
    throw new TypeError('Pass the session as @CurrentSession() returns it, not a copy.');
  return {
    key,
    ids: idsOf(verified.subject),
    watchers: new Set(),
    newest: verified,
    expiresAtMs: verified.expiresAtSeconds * 1000,
    dueAtMs: Infinity,
  };
}

const tokenToWatch = (key: string, client: Client): Watched => ({
  key,
  ids: idsOfPerson(client),
  watchers: new Set(),
  expiresAtMs: Date.parse(client.expiresAt),
  dueAtMs: Infinity,
});
