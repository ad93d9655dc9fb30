import { Logger } from '@nestjs/common';
import type { Clock } from '../ports/clock.js';

const intervalMs = 60_000;
/** Bounds memory: messages contain error codes of the system. */
const maxMessages = 100;

/** Logs each message once a minute at most, with the number of repetitions in between. */
export class FailureLog {
  private readonly logger = new Logger('Stytch');
  private readonly messages = new Map<string, { loggedAtMs: number; repetitions: number }>();

  constructor(private readonly clock: Clock) {}

  log(level: 'warn' | 'error', message: string): void {
    const nowMs = this.clock.monotonicMs();
    const previous = this.messages.get(message);
    if (previous !== undefined && nowMs - previous.loggedAtMs < intervalMs) {
      previous.repetitions += 1;
      return;
    }
    if (previous === undefined && this.messages.size >= maxMessages) this.messages.clear();
    this.messages.set(message, { loggedAtMs: nowMs, repetitions: 0 });
    const repetitions = previous?.repetitions ?? 0;
    this.logger[level](repetitions === 0 ? message : `${message} Repeated ${repetitions} times since then.`);
  }
}
