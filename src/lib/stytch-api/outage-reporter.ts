import { Injectable, Logger } from '@nestjs/common';
import { StytchEvents } from '../events/stytch-events.js';

/** Logs and emits when an outage of Stytch begins and ends. */
@Injectable()
export class OutageReporter {
  private readonly logger = new Logger('Stytch');

  constructor(private readonly events: StytchEvents) {}

  report(isDown: boolean): void {
    if (isDown) {
      this.logger.error('Stytch is unavailable. Requests with expired JWTs get 503 until it responds again.');
    } else {
      this.logger.log('Stytch is available again.');
    }
    this.events.emit({ type: isDown ? 'outage_began' : 'outage_ended' });
  }
}
