import { LimitedLog } from '../../events/limited-log.js';
import { succeedsWithin } from '../../http/with-timeout.js';
import type { Clock } from '../../ports/clock.js';
import type { RevocationConnection, RevocationNotice } from '../../ports/revocation-channel.js';
import { BoundedNotices } from './bounded-notices.js';

/** Of one attempt. */
const timeoutMs = 1_000;
const maxNoticesPerAttempt = 500;
/** Delay after each failed attempt; the last one repeats. */
const delaysMs = [100, 1_000, 5_000, 15_000];

/**
 * Publishes notices in the background, one attempt at a time. What the channel does not confirm is tried again
 * until it expires.
 */
export class NoticePublisher {
  /** What the channel has not confirmed. */
  readonly #unpublished = new BoundedNotices();
  readonly #log: LimitedLog;
  #attempt: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failedAttempts = 0;
  #isFailing = false;
  #isClosed = false;

  constructor(
    private readonly connection: Pick<RevocationConnection, 'publish'>,
    private readonly clock: Clock,
    private readonly onChange: () => void,
  ) {
    this.#log = new LimitedLog(clock);
  }

  /** Whether the channel did not confirm the last attempt, and notices are left. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  publish(notice: RevocationNotice): void {
    if (!this.#unpublished.add(notice)) this.warnDropped();
    if (this.#timer === undefined) void this.attempt();
  }

  /** Publishes without waiting for the delay after a failed attempt. Returns whether the channel confirmed it. */
  async publishNow(notice: RevocationNotice): Promise<boolean> {
    this.publish(notice);
    await this.attempt();
    // An attempt that was just ending did not include the notice.
    if (this.#unpublished.has(notice)) await this.attempt();
    return !this.#unpublished.has(notice);
  }

  /** Ends the delay after a failed attempt. */
  retryNow(): void {
    this.#failedAttempts = 0;
    void this.attempt();
  }

  /** Publishes what is left, and tries only once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#attempt;
    await this.attempt();
  }

  private attempt(): Promise<void> {
    this.#attempt ??= this.publishAll().finally(() => {
      this.#attempt = undefined;
    });
    return this.#attempt;
  }

  private async publishAll(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (;;) {
      const notices = this.#unpublished.oldest(maxNoticesPerAttempt, this.clock.nowMs());
      if (notices.length === 0) {
        // Also if all have expired before the channel confirmed them.
        this.report(false);
        return;
      }
      if (!(await succeedsWithin(timeoutMs, () => this.connection.publish(notices)))) {
        this.retryLater();
        this.report(true);
        return;
      }
      this.#failedAttempts = 0;
      this.#unpublished.remove(notices);
      this.report(false);
    }
  }

  private report(isFailing: boolean): void {
    if (isFailing === this.#isFailing) return;
    this.#isFailing = isFailing;
    this.onChange();
  }

  private retryLater(): void {
    const delayMs = delaysMs[Math.min(this.#failedAttempts, delaysMs.length - 1)];
    this.#failedAttempts += 1;
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.attempt(), delayMs);
    this.#timer.unref();
  }

  private warnDropped(): void {
    this.#log.log(
      'error',
      'More sign-outs and changes wait for shared.revocations than fit in memory. The oldest are not published: other ' +
        'instances accept those sessions until their JWTs expire.',
    );
  }
}
