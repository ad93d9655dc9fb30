import { type ProjectClock, nowSeconds } from '../clock.js';
import { codeOf, EmulatorError } from '../emulator-error.js';
import { postWebhook } from './post-webhook.js';
import { signWebhook } from './sign-webhook.js';
import {
  type WebhookAttempt,
  type WebhookDelivery,
  type WebhookEndpoint,
  type WebhookPayload,
} from './webhook.js';

/** A webhook that was not sent yet. */
export interface NewDelivery {
  readonly id: string;
  readonly eventType: string;
  readonly payload: WebhookPayload;
  readonly body: string;
}

interface Delivery extends NewDelivery {
  status: WebhookDelivery['status'];
  droppedBecause: string | null;
  attempts: WebhookAttempt[];
  /** Since it was added or resent. */
  failures: number;
  /** When the next attempt is due, in monotonic time. */
  dueAtMs: number;
}

const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** The pauses between attempts. @see https://docs.svix.com/retries */
const retryAfterMs = [5 * seconds, 5 * minutes, 30 * minutes, 2 * hours, 5 * hours, 10 * hours, 10 * hours];

const maxPending = 1000;
const maxFinished = 1000;
const maxAttemptsListed = 50;
const maxInFlight = 10;
/** In real time: a clock that is moved does not interrupt an attempt. */
const defaultAttemptTimeoutMs = 15 * seconds;
const maxTimerMs = 2 ** 31 - 1;

/**
 * Sends webhooks in the background, those about the same object one after the other. Retries follow the emulator's
 * clock: moving it makes them due. In memory only.
 */
export class Deliveries {
  /** In the order in which they were added. */
  private readonly all = new Map<string, Delivery>();
  private readonly pending = new Set<Delivery>();
  private readonly inFlight = new Map<Delivery, Promise<void>>();
  private readonly closing = new AbortController();
  private readonly settledListeners = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;
  private isWoken = false;

  constructor(
    private readonly clock: ProjectClock,
    private readonly endpoint: () => WebhookEndpoint | undefined,
    private readonly attemptTimeoutMs = defaultAttemptTimeoutMs,
  ) {
    clock.onMove(() => {
      this.run();
    });
  }

  add(delivery: NewDelivery): void {
    const added: Delivery = {
      ...delivery,
      status: 'pending',
      droppedBecause: null,
      attempts: [],
      failures: 0,
      dueAtMs: this.clock.monotonicMs(),
    };
    this.all.set(added.id, added);
    this.pending.add(added);
    this.dropOldest();
    this.wake();
  }

  /** Oldest first. */
  list(): WebhookDelivery[] {
    return [...this.all.values()].map((delivery) => this.toPublic(delivery));
  }

  /**
   * Starts over, whether it was delivered or not.
   *
   * @throws {EmulatorError} `emulator_delivery_not_found`
   */
  resend(id: string): WebhookDelivery {
    const delivery = this.all.get(id);
    if (delivery === undefined) {
      throw new EmulatorError('emulator_delivery_not_found', 'No delivery has this id.');
    }
    if (!this.inFlight.has(delivery)) {
      Object.assign(delivery, { status: 'pending', droppedBecause: null, failures: 0 });
      delivery.dueAtMs = this.clock.monotonicMs();
      this.pending.add(delivery);
      this.dropOldest();
      this.wake();
    }
    return this.toPublic(delivery);
  }

  /** Resolves when no attempt is running or due. */
  async settled(): Promise<void> {
    this.run();
    if (this.inFlight.size === 0) return;
    await new Promise<void>((resolve) => this.settledListeners.add(resolve));
  }

  dropPending(because: string): void {
    for (const delivery of this.pending) this.finish(delivery, 'dropped', because);
  }

  /** Forgets all deliveries. The results of running attempts are ignored. */
  clear(): void {
    this.pending.clear();
    this.all.clear();
  }

  /** Aborts running attempts. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.closing.abort();
    await Promise.all(this.inFlight.values());
  }

  /** Runs after the response of the API, which it must not delay. */
  private wake(): void {
    if (this.isWoken) return;
    this.isWoken = true;
    setImmediate(() => {
      this.isWoken = false;
      this.run();
    });
  }

  /** Starts what is due, and the timer for what is due next. */
  private run(): void {
    clearTimeout(this.timer);
    const endpoint = this.endpoint();
    if (endpoint === undefined || this.closing.signal.aborted) return;
    const now = this.clock.monotonicMs();
    const first = this.firstOfEachObject().filter((delivery) => !this.inFlight.has(delivery));
    for (const delivery of first) {
      if (delivery.dueAtMs > now || this.inFlight.size >= maxInFlight) continue;
      this.inFlight.set(delivery, this.attempt(delivery, endpoint));
    }
    const next = Math.min(...first.map(({ dueAtMs }) => dueAtMs).filter((dueAtMs) => dueAtMs > now));
    if (next !== Infinity) this.startTimer(next - now);
  }

  private firstOfEachObject(): Delivery[] {
    const objectIds = new Set<string>();
    return [...this.pending].filter(({ payload: { id } }) => {
      const isFirst = !objectIds.has(id);
      objectIds.add(id);
      return isFirst;
    });
  }

  private startTimer(afterMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => {
        this.run();
      },
      Math.min(afterMs, maxTimerMs),
    ).unref();
  }

  private async attempt(delivery: Delivery, endpoint: WebhookEndpoint): Promise<void> {
    const atMs = this.clock.nowMs();
    const result = await this.post(delivery, endpoint);
    this.inFlight.delete(delivery);
    if (this.pending.has(delivery) && !this.closing.signal.aborted) {
      delivery.attempts = [...delivery.attempts, { atMs, ...result }].slice(-maxAttemptsListed);
      if (result.error === null) this.finish(delivery, 'delivered');
      else this.retry(delivery);
    }
    this.run();
    if (this.inFlight.size > 0) return;
    for (const resolve of this.settledListeners) resolve();
    this.settledListeners.clear();
  }

  private async post(
    { id, body }: Delivery,
    { url, secret }: WebhookEndpoint,
  ): Promise<Omit<WebhookAttempt, 'atMs'>> {
    const timeout = AbortSignal.timeout(this.attemptTimeoutMs);
    try {
      const status = await postWebhook(url, {
        headers: signWebhook(secret, id, nowSeconds(this.clock), body),
        body,
        signal: AbortSignal.any([timeout, this.closing.signal]),
      });
      const isSuccess = status >= 200 && status < 300;
      return { status, error: isSuccess ? null : `The response has the status ${status}.` };
    } catch (error) {
      return {
        status: null,
        error: timeout.aborted
          ? `There was no response within ${this.attemptTimeoutMs / seconds} s.`
          : `There was no response (${codeOf(error) ?? String(error)}).`,
      };
    }
  }

  private retry(delivery: Delivery): void {
    const pauseMs = retryAfterMs[delivery.failures];
    if (pauseMs === undefined) {
      this.finish(delivery, 'failed');
      return;
    }
    delivery.failures += 1;
    delivery.dueAtMs = this.clock.monotonicMs() + pauseMs;
  }

  private dropOldest(): void {
    if (this.pending.size <= maxPending) return;
    const oldest = [...this.pending].find((delivery) => !this.inFlight.has(delivery));
    if (oldest) this.finish(oldest, 'dropped', `More than ${maxPending} deliveries were pending.`);
  }

  private finish(delivery: Delivery, status: Delivery['status'], droppedBecause: string | null = null): void {
    Object.assign(delivery, { status, droppedBecause });
    this.pending.delete(delivery);
    if (this.all.size - this.pending.size <= maxFinished) return;
    const oldest = [...this.all.values()].find((candidate) => !this.pending.has(candidate));
    if (oldest) this.all.delete(oldest.id);
  }

  private toPublic({
    id,
    eventType,
    payload,
    status,
    droppedBecause,
    attempts,
    dueAtMs,
  }: Delivery): WebhookDelivery {
    const dueInMs = Math.max(0, dueAtMs - this.clock.monotonicMs());
    return structuredClone({
      id,
      eventType,
      payload,
      status,
      droppedBecause,
      attempts,
      nextAttemptAtMs: status === 'pending' ? Math.round(this.clock.nowMs() + dueInMs) : null,
    });
  }
}
