import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RevocationListener } from '../../lib/index.js';
import { bounded } from '../bounded.js';
import type { RedisCommands, RedisSubscriber } from '../redis-commands.js';
import type { RedisKeys } from '../redis-options.js';
import { parseMessage } from './notice-message.js';
import { pingScript } from './scripts.js';

/** A ping that takes longer means that the connection is lost: a network can fail without closing it. */
const pingTimeoutMs = 2_000;
const pingIntervalMs = 5_000;
/** Between attempts to connect; the last one repeats. */
const delaysMs = [100, 500, 1_000, 2_000];

/**
 * Listens for notices, and connects again when the connection is lost.
 *
 * Redis numbers publications. A ping travels the way that notices do and carries the last number, so that it
 * shows both that the connection works and that no notice was missed, whatever the client does on its own.
 */
export class Subscription {
  readonly #pingChannel: string;
  readonly #stop = new AbortController();
  /** The number of the last publication that was received. Undefined while not connected. */
  #sequence: number | undefined;
  #pong: (() => void) | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(
    private readonly commands: RedisCommands,
    private readonly keys: RedisKeys,
    private readonly listener: RevocationListener,
  ) {
    this.#pingChannel = `${keys.channel}:${randomUUID()}`;
  }

  start(): void {
    this.#ended = this.run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.#stop.signal.aborted; failures += 1) {
      const lost = new AbortController();
      const subscriber = this.open(lost);
      if (await this.listen(subscriber, lost.signal)) failures = 0;
      subscriber?.close();
      if (this.#sequence !== undefined) this.listener.disconnected();
      this.#sequence = undefined;
      await this.pause(delaysMs[Math.min(failures, delaysMs.length - 1)] ?? 0);
    }
  }

  private open(lost: AbortController): RedisSubscriber | undefined {
    try {
      return this.commands.openSubscriber({
        message: (channel, text) => {
          this.receive(channel, text);
        },
        lost: () => {
          lost.abort();
        },
      });
    } catch {
      return undefined;
    }
  }

  /** @returns whether the connection worked, when it is lost or the subscription is closed */
  private async listen(subscriber: RedisSubscriber | undefined, lost: AbortSignal): Promise<boolean> {
    if (subscriber === undefined) return false;
    try {
      await bounded(subscriber.subscribe([this.keys.channel, this.#pingChannel]), pingTimeoutMs);
      while (!this.#stop.signal.aborted && !lost.aborted) {
        await this.ping();
        await this.pause(pingIntervalMs, lost);
      }
    } catch {
      // The error is not logged: the library reports the interruption.
    }
    return this.#sequence !== undefined;
  }

  private async ping(): Promise<void> {
    const pong = new Promise<void>((resolve) => {
      this.#pong = resolve;
    });
    const sent = this.commands.evaluate(pingScript, [this.keys.sequence], [this.#pingChannel]);
    await bounded(Promise.all([pong, sent]), pingTimeoutMs);
  }

  private receive(channel: string, text: string): void {
    if (channel === this.#pingChannel) this.receivePing(Number(text));
    else this.receiveNotices(text);
  }

  private receivePing(sequence: number): void {
    const isComplete = sequence === this.#sequence;
    this.#sequence = sequence;
    this.#pong?.();
    if (!isComplete) this.listener.connected();
  }

  /** Those that arrive before the first ping are read again, as are all if one was missed or Redis counts anew. */
  private receiveNotices(text: string): void {
    const message = parseMessage(text);
    if (message === undefined) return;
    if (this.#sequence !== undefined)
      this.#sequence = message.sequence === this.#sequence + 1 ? message.sequence : NaN;
    for (const notice of message.notices) this.listener.received(notice);
  }

  /** Ends early when the subscription is closed or the connection is lost. */
  private async pause(ms: number, lost?: AbortSignal): Promise<void> {
    const signal = lost === undefined ? this.#stop.signal : AbortSignal.any([this.#stop.signal, lost]);
    await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
