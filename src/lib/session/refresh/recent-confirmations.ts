import type { Clock } from '../../ports/clock.js';
import { SizeBoundedCache } from '../verify/size-bounded-cache.js';

const maxAgeMs = 1_000;
const maxBytes = 2 * 1024 * 1024;
/** A session id, a number and the objects that hold them. */
const estimatedBytes = 256;

/**
 * The sessions that Stytch confirmed within the last second. Handlers that ask Stytch for each request make
 * at most one call per session and second, so that one client can't use up the calls of all.
 */
export class RecentConfirmations {
  readonly #askedAtMs = new SizeBoundedCache<number>(maxBytes, () => estimatedBytes);

  constructor(private readonly clock: Clock) {}

  has(sessionId: string): boolean {
    const askedAtMs = this.#askedAtMs.get(sessionId);
    return askedAtMs !== undefined && this.clock.monotonicMs() - askedAtMs <= maxAgeMs;
  }

  /** @param askedAtMs when the call started: the session may have been revoked before the response arrived */
  add(sessionId: string, askedAtMs: number): void {
    this.#askedAtMs.set(sessionId, askedAtMs);
  }
}
