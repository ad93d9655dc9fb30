import { Logger } from '@nestjs/common';
import type { Clock } from '../ports/clock.js';

const intervalMs = 60_000;
/** Bounds memory: messages contain error codes of the system. */
const maxTopics = 100;

/** Logs about each topic once a minute at most, with the number of repetitions in between. */
export class LimitedLog {
  private readonly logger = new Logger('Stytch');
  private readonly topics = new Map<string, { loggedAtMs: number; repetitions: number }>();

  constructor(private readonly clock: Clock) {}

  /** @param topic what messages that differ in details have in common */
  log(level: 'warn' | 'error', message: string, topic = message): void {
    const nowMs = this.clock.monotonicMs();
    const previous = this.topics.get(topic);
    if (previous !== undefined && nowMs - previous.loggedAtMs < intervalMs) {
      previous.repetitions += 1;
      return;
    }
    if (previous === undefined && this.topics.size >= maxTopics) this.topics.clear();
    this.topics.set(topic, { loggedAtMs: nowMs, repetitions: 0 });
    const repetitions = previous?.repetitions ?? 0;
    this.logger[level](repetitions === 0 ? message : `${message} Repeated ${repetitions} times since then.`);
  }
}
