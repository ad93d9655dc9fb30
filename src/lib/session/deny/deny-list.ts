/** What is denied: a session by its id, or an opaque token by its hash if its session is not known. */
export type DenyKey = { readonly sessionId: string } | { readonly tokenHash: string };

/**
 * Sessions that were revoked while JWTs of them still verify. A JWT cannot be withdrawn, so its
 * session is denied until all of its JWTs have expired.
 *
 * Checked on every request, so it is synchronous: what other instances deny is applied when they tell.
 */
export abstract class DenyList {
  readonly #listeners: ((key: DenyKey, untilMs: number) => void)[] = [];

  /** Calls the listener whenever a session or a token is denied, in this process or in another instance. */
  onDenied(listener: (key: DenyKey, untilMs: number) => void): void {
    this.#listeners.push(listener);
  }

  protected emitDenied(key: DenyKey, untilMs: number): void {
    for (const listener of this.#listeners) listener(key, untilMs);
  }

  /** Denies in this process. @param untilMs wall time, in epoch milliseconds */
  abstract deny(key: DenyKey, untilMs: number): void;

  /** Denies in all instances: in this process at once, in the others as soon as they receive the notice. */
  abstract denyEverywhere(key: DenyKey, untilMs: number): void;

  abstract isDenied(key: DenyKey): boolean;

  /** Like `deny`, but does not shorten a denial. */
  abstract ensureDenied(key: DenyKey, untilMs: number): void;
}
