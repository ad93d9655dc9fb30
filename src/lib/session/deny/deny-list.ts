/** What is denied: a session by its id, or an opaque token by its hash if its session is not known. */
export type DenyKey = { readonly sessionId: string } | { readonly tokenHash: string };

/**
 * Sessions that were revoked while JWTs of them still verify. A JWT cannot be withdrawn, so its
 * session is denied until all of its JWTs have expired.
 *
 * Checked on every request, so it is synchronous: what other instances deny is applied when they tell.
 */
export abstract class DenyList {
  readonly #listeners: ((sessionId: string) => void)[] = [];

  /** Calls the listener whenever a session is denied, in this process or in another instance. */
  onDenied(listener: (sessionId: string) => void): void {
    this.#listeners.push(listener);
  }

  protected emitDenied(sessionId: string): void {
    for (const listener of this.#listeners) listener(sessionId);
  }

  /** Denies in this process. @param untilMs wall time, in epoch milliseconds */
  abstract deny(key: DenyKey, untilMs: number): void;

  /** Denies in all instances: in this process at once, in the others as soon as they receive the notice. */
  abstract denyEverywhere(key: DenyKey, untilMs: number): void;

  abstract isDenied(key: DenyKey): boolean;

  /** Leaves an existing denial unchanged, since it may last longer. */
  ensureDenied(key: DenyKey, untilMs: number): void {
    if (!this.isDenied(key)) this.deny(key, untilMs);
  }
}
