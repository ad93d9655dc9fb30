import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';

/** After so long each, and then no more: the session stays refused here until it ends anyway. */
const retryDelaysMs = [2_000, 10_000, 60_000];
/** During an outage many people may sign out. */
const maxPending = 10_000;

/** Tells Stytch again what it could not be told. In the background, bounded, until shutdown. */
@Injectable()
export class RevocationRetries implements OnModuleDestroy {
  private readonly logger = new Logger('Stytch');
  private readonly pending = new Set<NodeJS.Timeout>();
  private isShutDown = false;

  /** @param revoke revokes the session at Stytch; resolves to whether it was revoked */
  retry(revoke: () => Promise<boolean>, attempt = 0): void {
    if (this.isShutDown) return;
    const delayMs = retryDelaysMs[attempt];
    if (delayMs === undefined || this.pending.size >= maxPending) {
      this.logger.warn('A session could not be revoked at Stytch; it is refused here until it ends.');
      return;
    }
    const timer = setTimeout(() => {
      this.pending.delete(timer);
      void revoke().then((wasRevoked) => {
        if (!wasRevoked) this.retry(revoke, attempt + 1);
      });
    }, delayMs);
    timer.unref();
    this.pending.add(timer);
  }

  onModuleDestroy(): void {
    this.isShutDown = true;
    for (const timer of this.pending) clearTimeout(timer);
    this.pending.clear();
  }
}
