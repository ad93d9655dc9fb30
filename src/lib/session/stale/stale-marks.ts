import { Inject, Injectable } from '@nestjs/common';
import { LimitedLog } from '../../events/limited-log.js';
import type { Client } from '../../identity/client.js';
import type { Subject } from '../../identity/subject.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { momentAt } from '../moment.js';
import { InstanceNotices } from '../notices/instance-notices.js';
import { acceptancePeriodMs } from '../verify/acceptance-period.js';
import type { VerifiedAccessToken } from '../verify/verified-access-token.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';
import { maxAccessTokenLifetimeSeconds } from '../verify/verify-access-token.js';
import type { Change } from './change.js';
import { changeOf, noticeOf } from './change-notice.js';
import { RecentChanges, type RecentChange } from './recent-changes.js';

/** Time over which the sessions of an organization that was updated are refreshed. */
const spreadMs = 60_000;
const maxChanges = 50_000;

/** From when on a change makes older JWTs stale. */
interface Effect {
  /** When Stytch made the change, in epoch milliseconds. */
  readonly atMs: number;
  /** Marks are numbered in the order in which they are set here. */
  readonly number: number;
  /** Set if the change takes effect at another time for each session. On the monotonic clock. */
  readonly spreadFromMs?: number;
}

interface StaleMark extends RecentChange {
  /** Of the latest change, after those of earlier ones that it must neither postpone nor weaken. */
  readonly effects: readonly Effect[];
}

/**
 * Marks users, members and organizations that were changed at Stytch: what JWTs issued before say of them is out of
 * date. Such a JWT is refreshed once more, so that one call per session and instance follows a change.
 *
 * Whether a JWT is newer than a change is decided by its time of issue, which has whole seconds and is measured by
 * Stytch, as the time of the change is. In the same second, it is decided by whether the call that returned the
 * JWT was started after this instance learnt of the change.
 */
@Injectable()
export class StaleMarks {
  readonly #options: ResolvedOptions;
  readonly #marks: RecentChanges<StaleMark>;
  /** Apart from other changes, since access tokens are valid for longer, and can't be refreshed here. */
  readonly #deletions: RecentChanges<RecentChange>;
  readonly #log: LimitedLog;
  readonly #listeners: ((change: Change) => void)[] = [];
  #latest = 0;

  constructor(
    @Inject(RESOLVED_OPTIONS) options: ResolvedOptions,
    private readonly notices: InstanceNotices,
  ) {
    this.#options = options;
    this.#marks = new RecentChanges(options.clock, maxChanges);
    this.#deletions = new RecentChanges(options.clock, maxChanges);
    this.#log = new LimitedLog(options.clock);
    notices.onNotice((notice) => {
      const change = changeOf(notice);
      if (change !== undefined) this.mark(this.bounded(change));
    });
  }

  /** The number of the mark that was set last; 0 if there is none. */
  get latest(): number {
    return this.#latest;
  }

  /** Calls the listener with each change that sets a mark, reported here or to another instance. */
  onMark(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** Whether the subject of a session or their organization was changed since its JWT was issued. */
  isStale(verified: VerifiedJwt): boolean {
    return this.refreshDueInMs(verified) <= 0;
  }

  /**
   * In how many milliseconds a session must be refreshed because of a change. Infinite if there is none since its JWT
   * was issued.
   */
  refreshDueInMs(verified: VerifiedJwt): number {
    if (this.#marks.isEmpty) return Infinity;
    const dueInMs = idsOf(verified.subject)
      .flatMap((id) => this.#marks.get(id)?.effects ?? [])
      .map((effect) => this.dueInMsBy(effect, verified));
    return Math.min(Infinity, ...dueInMs);
  }

  /** Whether the person that a client acts for, or their organization, was deleted since its token was issued. */
  isOfDeleted({ client, validFromSeconds }: VerifiedAccessToken): boolean {
    if (this.#deletions.isEmpty) return false;
    return idsOfPerson(client).some((id) => {
      const deletion = this.#deletions.get(id);
      return deletion !== undefined && validFromSeconds * 1000 <= deletion.atMs;
    });
  }

  /**
   * Marks in all instances: in this one at once. Repeated changes and older ones have no effect.
   * @returns whether the other instances learn of it for certain; otherwise the notice is tried again
   */
  async markEverywhere(reported: Change): Promise<boolean> {
    const change = this.bounded(reported);
    this.mark(change);
    const untilMs = change.atMs + this.periodMsOf(change);
    if (untilMs <= this.#options.clock.nowMs()) return true;
    return this.notices.publishNow(noticeOf(change, untilMs));
  }

  /** A change can't be later than now, as far as clocks agree. */
  private bounded(change: Change): Change {
    const { clock, session } = this.#options;
    return { ...change, atMs: Math.min(change.atMs, clock.nowMs() + session.clockSkewSeconds * 1000) };
  }

  private mark(change: Change): void {
    const isSet = this.set(this.#marks, change, this.jwtPeriodMs, () => ({
      effects: this.effectsOf(change),
    }));
    const isDeletionSet =
      change.kind === 'deletion' && this.set(this.#deletions, change, accessTokenPeriodMs, () => ({}));
    if (!isSet && !isDeletionSet) return;
    for (const listener of this.#listeners) listener(change);
  }

  /** Returns whether the change is newer than what was known. */
  private set<Stored extends RecentChange>(
    changes: RecentChanges<Stored>,
    { id, atMs }: Change,
    periodMs: number,
    details: () => Omit<Stored, keyof RecentChange>,
  ): boolean {
    const { clock } = this.#options;
    const untilMs = atMs + periodMs;
    if (untilMs <= clock.nowMs() || (changes.get(id)?.atMs ?? -Infinity) >= atMs) return false;
    const stored = { ...details(), atMs, until: momentAt(clock, untilMs) } as Stored;
    if (!changes.set(id, stored)) this.warnRemoved();
    return true;
  }

  /**
   * An update that is spread keeps two earlier effects: the latest that has reached all sessions, and the first that
   * has not. Otherwise, updates that follow each other quickly would postpone each other.
   */
  private effectsOf(change: Change): readonly Effect[] {
    const effect = { atMs: change.atMs, number: (this.#latest += 1) };
    if (!isSpread(change)) return [effect];
    const nowMs = this.#options.clock.monotonicMs();
    const earlier = this.#marks.get(change.id)?.effects ?? [];
    const isComplete = ({ spreadFromMs = -Infinity }: Effect) => nowMs >= spreadFromMs + spreadMs;
    const kept = [earlier.findLast(isComplete), earlier.find((one) => !isComplete(one))];
    return [...kept.filter((one) => one !== undefined), { ...effect, spreadFromMs: nowMs }];
  }

  private dueInMsBy(effect: Effect, { issuedAtSeconds, askedAfterMark = 0, session }: VerifiedJwt): number {
    if (issuedAtSeconds * 1000 > effect.atMs || askedAfterMark >= effect.number) return Infinity;
    if (effect.spreadFromMs === undefined) return 0;
    return effect.spreadFromMs + delayMsOf(session.sessionId) - this.#options.clock.monotonicMs();
  }

  private periodMsOf({ kind }: Change): number {
    return kind === 'deletion' ? accessTokenPeriodMs : this.jwtPeriodMs;
  }

  private get jwtPeriodMs(): number {
    return acceptancePeriodMs(this.#options) + spreadMs;
  }

  private warnRemoved(): void {
    this.#log.log(
      'warn',
      `Webhooks reported more than ${maxChanges} changes within minutes. The oldest take effect when the JWTs of ` +
        'their sessions expire.',
    );
  }
}

/** How long after a change a session is refreshed, in milliseconds: those of an organization not all at once. */
export const refreshDelayMs = (change: Change, sessionId: string): number =>
  isSpread(change) ? delayMsOf(sessionId) : 0;

const isSpread = ({ of, kind }: Change): boolean => of === 'organization' && kind === 'update';

const accessTokenPeriodMs = maxAccessTokenLifetimeSeconds * 1000;

export const idsOf = (subject: Subject): readonly string[] =>
  subject.kind === 'member' ? [subject.id, subject.organizationId] : [subject.id];

export const idsOfPerson = (client: Client): readonly string[] =>
  client.kind === 'connected_app' ? idsOf(client.subject) : [];

/** From 0 to 60 seconds, the same for one session on all instances (32-bit FNV-1a). */
function delayMsOf(sessionId: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < sessionId.length; at += 1) {
    hash = Math.imul(hash ^ sessionId.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0) % spreadMs;
}
