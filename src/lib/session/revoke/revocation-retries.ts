import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';

/** Delay before each retry. After the last one the session stays denied locally until it expires. */
const retryDelaysMs = [2_000, 10_000, 60_000];
/** Bounds memory during an outage. */
const maxPending = 10_000;

/** Retries revocations that Stytch did not confirm, in the background, until shutdown. */
@Injectable()
export class RevocationRetries implements OnModuleDestroy {
  private readonly logger = new Logger('Stytch');
  private readonly pending = new Set<NodeJS.Timeout>();
  private isShutDown = false;

  /** @param revoke revokes the session at Stytch and resolves to whether Stytch confirmed it */
  retry(revoke: () => Promise<boolean>, attempt = 0): void {
    if (this.isShutDown) return;
    const delayMs = retryDelaysMs[attempt];
    if (delayMs === undefined || this.pending.size >= maxPending) {
      this.logger.warn('A session could not be revoked at Stytch. It stays denied here until it expires.');
      return;
    }
    const timer = setTimeout(() => {
      this.pending.delete(timer);
      void revoke().then((isRevoked) => {
        if (!isRevoked) this.retry(revoke, attempt + 1);
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
