import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';

/** After so long each, and then no more: the session stays refused here until it ends anyway. */
const pausesMs = [2_000, 10_000, 60_000];
/** During an outage many people may sign out. */
const mostWaiting = 10_000;

/** Tells Stytch again what it could not be told. In the background, bounded, until shutdown. */
@Injectable()
export class RevocationRetries implements OnModuleDestroy {
  private readonly logger = new Logger('Stytch');
  private readonly waiting = new Set<NodeJS.Timeout>();
  private isOver = false;

  /** @param tell tells Stytch; resolves to whether it was told */
  retry(tell: () => Promise<boolean>, attempt = 0): void {
    if (this.isOver) return;
    const pauseMs = pausesMs[attempt];
    if (pauseMs === undefined || this.waiting.size >= mostWaiting) {
      this.logger.warn('A session could not be revoked at Stytch; it is refused here until it ends.');
      return;
    }
    const timer = setTimeout(() => {
      this.waiting.delete(timer);
      void tell().then((wasTold) => {
        if (!wasTold) this.retry(tell, attempt + 1);
      });
    }, pauseMs);
    timer.unref();
    this.waiting.add(timer);
  }

  onModuleDestroy(): void {
    this.isOver = true;
    for (const timer of this.waiting) clearTimeout(timer);
    this.waiting.clear();
  }
}
