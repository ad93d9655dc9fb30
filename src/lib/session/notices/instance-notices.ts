import { Inject, Injectable } from '@nestjs/common';
import { LimitedLog } from '../../events/limited-log.js';
import { StytchEvents } from '../../events/stytch-events.js';
import { succeedsWithin, withTimeout } from '../../http/with-timeout.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { StytchHealthReport } from '../../ports/health-report.js';
import type {
  RevocationConnection,
  RevocationListener,
  RevocationNotice,
} from '../../ports/revocation-channel.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { BoundedNotices } from './bounded-notices.js';
import { NoticePublisher } from './notice-publisher.js';

/** How long a start waits for the channel. */
const maxConnectMs = 3_000;
/** How long it waits for all notices once there is one: a million take seconds. */
const maxFirstReadMs = 30_000;
const maxConfirmationMs = 2_000;
const maxShutdownMs = 1_000;
/** After reading the published notices failed. */
const rereadDelayMs = 1_000;

/** What the instances of the application tell each other. No method throws, and no request waits for it. */
@Injectable()
export class InstanceNotices implements RevocationListener {
  readonly #options: ResolvedOptions;
  readonly #handlers: ((notice: RevocationNotice) => void)[] = [];
  readonly #log: LimitedLog;
  #connection: RevocationConnection | undefined;
  #publisher: NoticePublisher | undefined;
  /** What this instance has published, to publish it again if the channel has lost it. */
  readonly #own = new BoundedNotices();
  /** Counts connections: what was read before an interruption is not complete. */
  #connections = 0;
  #isConnected = false;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #onConnected: (() => void) | undefined;
  /** Resolves when the channel is connected for the first time. */
  readonly #connected = new Promise<void>((resolve) => {
    this.#onConnected = resolve;
  });
  #onRead: ((isComplete: boolean) => void) | undefined;
  /** Resolves when the published notices have been read, or could not be, for the first time. */
  readonly #firstRead = new Promise<boolean>((resolve) => {
    this.#onRead = resolve;
  });
  /** Whether this instance knows what the others have published, and listens. */
  #isCurrent = false;
  #isInterruptionReported = false;

  constructor(
    @Inject(RESOLVED_OPTIONS) options: ResolvedOptions,
    private readonly events: StytchEvents,
  ) {
    this.#options = options;
    this.#log = new LimitedLog(options.clock);
  }

  /** `interrupted`, also before the first connection: notices of other instances may be missed, or those of this one. */
  get state(): StytchHealthReport['channel'] {
    if (this.#options.shared.revocations === undefined) return 'not_configured';
    return this.#isCurrent && this.#publisher?.isFailing !== true ? 'connected' : 'interrupted';
  }

  onNotice(handler: (notice: RevocationNotice) => void): void {
    this.#handlers.push(handler);
  }

  /**
   * Connects, and reads what other instances have published. Waits up to three seconds for the channel, since an
   * application must start without it, and as long as 30 seconds for the notices, so that an instance that is replaced
   * is replaced by one that knows them.
   */
  async start(): Promise<void> {
    this.connect();
    if (this.#connection === undefined) return;
    const isConnected = await succeedsWithin(maxConnectMs, () => this.#connected);
    const isCurrent = isConnected && (await withTimeout(this.#firstRead, maxFirstReadMs));
    if (isCurrent !== true) this.reportState();
  }

  publish(notice: RevocationNotice): void {
    // A script may sign people out without having started a server.
    this.connect();
    if (this.#publisher === undefined) return;
    this.#own.add(notice);
    this.#publisher.publish(notice);
  }

  /**
   * Publishes a notice, and returns whether the channel confirms it within two seconds, or there is none. Otherwise
   * it is tried again in the background.
   */
  async publishNow(notice: RevocationNotice): Promise<boolean> {
    if (this.#options.shared.revocations === undefined) return true;
    this.connect();
    if (this.#publisher === undefined) return false;
    this.#own.add(notice);
    return (await withTimeout(this.#publisher.publishNow(notice), maxConfirmationMs)) ?? false;
  }

  /** Publishes what is left and disconnects, within two seconds. */
  async shutDown(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.#publisher !== undefined) await withTimeout(this.#publisher.close(), maxShutdownMs);
    const connection = this.#connection;
    if (connection !== undefined) await succeedsWithin(maxShutdownMs, () => connection.close());
  }

  received(notice: RevocationNotice): void {
    for (const handle of this.#handlers) handle(notice);
  }

  connected(): void {
    this.#isConnected = true;
    this.#connections += 1;
    this.#onConnected?.();
    this.#publisher?.retryNow();
    void this.catchUp(this.#connections);
  }

  disconnected(): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#isCurrent = false;
    this.#connections += 1;
    this.#onRead?.(false);
    this.reportState();
  }

  private connect(): void {
    const channel = this.#options.shared.revocations;
    if (channel === undefined || this.#connection !== undefined || this.#isClosed) return;
    this.#connection = channel.connect(this.#options.projectId, this);
    this.#publisher = new NoticePublisher(this.#connection, this.#options.clock, () => {
      this.reportState();
    });
  }

  /**
   * Reads what was published while this instance did not listen. Publishes its own notices again that the channel does
   * not have any more, since an engine can lose data.
   */
  private async catchUp(connection: number): Promise<void> {
    if (this.#isClosed || this.#connection === undefined || connection !== this.#connections) return;
    const own = this.#own.oldest(Infinity, this.#options.clock.nowMs());
    const lost = new Map(own.map((notice) => [notice.key, notice]));
    try {
      for await (const notices of this.#connection.recent()) {
        for (const notice of notices) {
          lost.delete(notice.key);
          this.received(notice);
        }
      }
    } catch {
      // The error is not logged: its message may contain stored data.
      this.#onRead?.(false);
      this.#timer = setTimeout(() => void this.catchUp(connection), rereadDelayMs);
      this.#timer.unref();
      return;
    }
    for (const notice of lost.values()) this.#publisher?.publish(notice);
    if (connection !== this.#connections) return;
    this.#isCurrent = true;
    this.#onRead?.(true);
    this.reportState();
  }

  /** Reports an interruption once, and its end. */
  private reportState(): void {
    const isInterrupted = this.state === 'interrupted';
    if (this.#isClosed || isInterrupted === this.#isInterruptionReported) return;
    if (isInterrupted) this.reportInterruption();
    else this.events.emit({ type: 'sharing_resumed' });
    this.#isInterruptionReported = isInterrupted;
  }

  private reportInterruption(): void {
    this.events.emit({ type: 'sharing_interrupted' });
    this.#log.log(
      'error',
      'shared.revocations is not connected, fails, or has not delivered all sign-outs yet. Until then, a sign-out on ' +
        'another instance takes effect here when the JWT of the session expires, and the other way round. Requests are ' +
        'not delayed.',
    );
  }
}
