import type { Clock } from '../../ports/clock.js';
import { SizeBoundedCache } from '../verify/size-bounded-cache.js';

const maxBytes = 2 * 1024 * 1024;
/** A session id, a number and the objects that hold them. */
const estimatedBytes = 256;

/**
 * When Stytch last confirmed each session, so that requests that would ask it each time, such as those of
 * handlers that accept no older token, share one call, and one client can't use up the calls of all.
 */
export class RecentConfirmations {
  readonly #askedAtMs = new SizeBoundedCache<number>(maxBytes, () => estimatedBytes);

  constructor(private readonly clock: Clock) {}

  has(sessionId: string, withinSeconds: number): boolean {
    const askedAtMs = this.#askedAtMs.get(sessionId);
    return askedAtMs !== undefined && this.clock.monotonicMs() - askedAtMs <= withinSeconds * 1000;
  }

  /** @param askedAtMs when the call started: the session may have been revoked before the response arrived */
  add(sessionId: string, askedAtMs: number): void {
    this.#askedAtMs.set(sessionId, askedAtMs);
  }
}
