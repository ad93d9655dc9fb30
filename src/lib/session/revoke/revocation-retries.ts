import { Inject, Injectable, Logger } from '@nestjs/common';
import { withTimeout } from '../../http/with-timeout.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { Clock } from '../../ports/clock.js';
import type { StoredRevocation } from '../../ports/pending-revocation-storage.js';
import type { RevocableSession } from '../../ports/session-api.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { hasPassed, momentAt } from '../moment.js';
import { PendingRevocation } from './pending-revocation.js';
import { PendingRevocations } from './pending-revocations.js';
import { RevocationCall } from './revocation-call.js';
import { StoredRevocations } from './stored-revocations.js';

/** Delay after each failed attempt; the last one repeats until the session ends. */
const delaysMs = [2_000, 10_000, 60_000, 300_000];
/** Spreads the attempts of several processes after an outage. A part of the delay. */
const maxJitter = 0.25;
/** Retries leave the connections to requests that somebody waits for. */
const maxConcurrentRetries = 5;
/** Of one person who signs out everywhere, so that the revocations of other people do not queue behind. */
const maxConcurrentPerPerson = 8;
/** Between two rounds of attempts if Stytch confirmed none of the first. */
const minPauseMs = 2_000;
const maxConcurrentAtShutdown = 20;
/** `docker stop` kills a process after ten seconds. */
const maxShutdownMs = 3_000;
const maxLoggedIds = 20;
/** How long after its next attempt a stored revocation can be claimed by another instance. */
const leaseMarginMs = 60_000;
/** Others can claim what this process has no time for. */
const maxPendingToClaim = 1_000;

export interface SessionToRevoke {
  readonly session: RevocableSession;
  /** When the session ends at Stytch anyway, as epoch milliseconds. */
  readonly untilMs: number;
}

/**
 * Retries revocations that Stytch did not confirm, in the background, until the session ends. At
 * shutdown each is tried once more; those that fail are logged. All sessions of a person are revoked here
 * from the start, since they may be thousands.
 */
@Injectable()
export class RevocationRetries {
  private readonly logger = new Logger('Stytch');
  private readonly clock: Clock;
  private readonly maxWaitMs: number;
  readonly #pending = new PendingRevocations();
  readonly #inFlight = new Map<PendingRevocation, Promise<boolean>>();
  #timer: NodeJS.Timeout | undefined;
  private timerDueAtMs = Infinity;
  private isRoundInFlight = false;
  private isShutDown = false;

  constructor(
    private readonly call: RevocationCall,
    private readonly stored: StoredRevocations,
    @Inject(RESOLVED_OPTIONS) { clock, http }: ResolvedOptions,
  ) {
    this.clock = clock;
    this.maxWaitMs = http.deadlineMs;
  }

  /** How many revocations Stytch has not confirmed. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Retries what instances left that have ended, if they share it. */
  start(): void {
    this.stored.start((revocations) => {
      this.adopt(revocations);
    });
  }

  /** @param untilMs when the session ends at Stytch anyway, as epoch milliseconds */
  retry(session: RevocableSession, untilMs: number): void {
    const revocation = this.newRevocation({ session, untilMs });
    revocation.failedAttempts = 1;
    this.retryLater([revocation]);
  }

  /**
   * Revokes all sessions of a person, a few at a time. Resolves after `http.deadlineMs` at the latest; the
   * rest continues in the background, and is included in the attempts at shutdown.
   */
  async revokeAll(sessions: readonly SessionToRevoke[]): Promise<void> {
    await withTimeout(this.attemptAll(sessions.map((one) => this.newRevocation(one))), this.maxWaitMs);
  }

  private async attemptAll(revocations: readonly PendingRevocation[]): Promise<void> {
    for (const revocation of revocations) this.#pending.add(revocation);
    const waiting = [...revocations];
    const attemptRest = async () => {
      while (!this.isShutDown) {
        const next = waiting.shift();
        if (next === undefined) return;
        if (await this.attempt(next)) continue;
        // Stytch does not confirm: the rest is for the retries.
        waiting.push(next);
        return;
      }
    };
    await Promise.all(Array.from({ length: maxConcurrentPerPerson }, attemptRest));
    this.retryLater(waiting);
  }

  private newRevocation({ session, untilMs }: SessionToRevoke): PendingRevocation {
    return new PendingRevocation(session, momentAt(this.clock, untilMs));
  }

  private retryLater(revocations: readonly PendingRevocation[]): void {
    if (this.isShutDown) {
      // The attempts at shutdown include those that are pending.
      void this.leaveToOthers(revocations.filter((revocation) => !this.#pending.has(revocation)));
      return;
    }
    const kept: PendingRevocation[] = [];
    const left: PendingRevocation[] = [];
    for (const revocation of revocations) (this.keep(revocation) ? kept : left).push(revocation);
    void this.store(kept);
    void this.leaveToOthers(left);
  }

  /** @returns false if there is no room for it */
  private keep(revocation: PendingRevocation): boolean {
    this.delay(revocation);
    if (!this.#pending.add(revocation)) return false;
    this.schedule(revocation.nextAttemptAtMs);
    return true;
  }

  /** Tries each pending revocation once more and resolves after three seconds at the latest. */
  async shutDown(): Promise<void> {
    if (this.isShutDown) return;
    this.isShutDown = true;
    clearTimeout(this.#timer);
    const waiting = [...this.#pending];
    let isTimeUp = false;
    const attemptRest = async () => {
      for (let next = waiting.shift(); next !== undefined && !isTimeUp; next = waiting.shift())
        await this.attempt(next);
    };
    await withTimeout(
      Promise.all(Array.from({ length: maxConcurrentAtShutdown }, attemptRest)),
      maxShutdownMs,
    );
    isTimeUp = true;
    this.stored.close();
    await this.leaveToOthers([...this.#pending]);
  }

  private schedule(dueAtMs: number): void {
    if (this.isShutDown || this.isRoundInFlight || dueAtMs >= this.timerDueAtMs) return;
    clearTimeout(this.#timer);
    this.timerDueAtMs = dueAtMs;
    this.#timer = setTimeout(() => void this.runRound(), Math.max(0, dueAtMs - this.clock.monotonicMs()));
    this.#timer.unref();
  }

  private async runRound(): Promise<void> {
    this.isRoundInFlight = true;
    const due = this.#pending.due(this.clock.monotonicMs(), maxConcurrentRetries);
    const results = await Promise.all(due.map((revocation) => this.attempt(revocation)));
    this.isRoundInFlight = false;
    this.timerDueAtMs = Infinity;
    const pauseMs = results.some(Boolean) ? 0 : minPauseMs;
    this.schedule(Math.max(this.#pending.nextAttemptAtMs, this.clock.monotonicMs() + pauseMs));
  }

  /** Joins an attempt that is in flight. */
  private attempt(revocation: PendingRevocation): Promise<boolean> {
    const running = this.#inFlight.get(revocation);
    if (running !== undefined) return running;
    const attempt = this.attemptNow(revocation).finally(() => this.#inFlight.delete(revocation));
    this.#inFlight.set(revocation, attempt);
    return attempt;
  }

  private async attemptNow(revocation: PendingRevocation): Promise<boolean> {
    const isRevoked = await this.call.revoke(revocation.session);
    revocation.failedAttempts += 1;
    this.delay(revocation);
    if (isRevoked || hasPassed(this.clock, revocation.endsAt)) this.forget(revocation);
    else void this.store([revocation]);
    return isRevoked;
  }

  private forget(revocation: PendingRevocation): void {
    this.#pending.remove(revocation);
    if (revocation.isStored) void this.stored.remove(revocation.key);
  }

  private adopt(revocations: readonly StoredRevocation[]): void {
    if (this.#pending.size >= maxPendingToClaim) return;
    for (const { sessionId, untilMs } of revocations) this.retry({ kind: 'id', sessionId }, untilMs);
  }

  private async store(revocations: readonly PendingRevocation[]): Promise<void> {
    const nextMs = Math.max(...revocations.map(({ nextAttemptAtMs }) => nextAttemptAtMs));
    for (const revocation of revocations) revocation.isStored = !revocation.isToken;
    await this.stored.put(
      revocations.flatMap(storedOf),
      Math.max(0, nextMs - this.clock.monotonicMs()) + leaseMarginMs,
    );
  }

  /** Logs what nobody retries. */
  private async leaveToOthers(revocations: readonly PendingRevocation[]): Promise<void> {
    const areStored = this.stored.isConfigured && (await this.stored.put(revocations.flatMap(storedOf), 0));
    const lost = areStored ? revocations.filter(({ isToken }) => isToken) : revocations;
    if (lost.length > 0) this.logLost(lost);
  }

  private delay(revocation: PendingRevocation): void {
    const index = Math.min(Math.max(revocation.failedAttempts, 1), delaysMs.length) - 1;
    const delayMs = delaysMs[index] ?? 0;
    revocation.nextAttemptAtMs = this.clock.monotonicMs() + delayMs * (1 + Math.random() * maxJitter);
  }

  private logLost(lost: readonly PendingRevocation[]): void {
    this.logger.error(
      `Stytch did not confirm the revocation of ${lost.length} signed-out session(s), which is not retried. ` +
        'They are denied in this process only and are valid elsewhere and after a restart until they ' +
        `expire: ${describe(lost)}.`,
    );
  }
}

const storedOf = ({ session, endsAt }: PendingRevocation): StoredRevocation[] =>
  session.kind === 'id' ? [{ sessionId: session.sessionId, untilMs: endsAt.wallMs }] : [];

function describe(lost: readonly PendingRevocation[]): string {
  const ids = lost.flatMap(({ session }) => (session.kind === 'id' ? [session.sessionId] : []));
  const [unlisted, tokens] = [ids.length - maxLoggedIds, lost.length - ids.length];
  return [
    ...ids.slice(0, maxLoggedIds),
    ...(unlisted > 0 ? [`${unlisted} more`] : []),
    ...(tokens > 0 ? [`${tokens} known only by an opaque token`] : []),
  ].join(', ');
}
