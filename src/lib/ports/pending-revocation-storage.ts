/** A session that Stytch has to revoke: its id, and when it ends at Stytch anyway. No token. */
export interface StoredRevocation {
  readonly sessionId: string;
  /** Wall time, in milliseconds since the Unix epoch. The revocation is then not needed any more. */
  readonly untilMs: number;
}

/**
 * Keeps the revocations that Stytch has not confirmed, such as `redisPendingRevocations` of `nestjs-stytch/redis`, so
 * that they survive the process and any instance can retry them. Implement it to use another engine.
 *
 * The library waits for it in the background only, for at most a second, except once at shutdown.
 */
export interface PendingRevocationStorage {
  /**
   * Keeps revocations, and replaces those of the same sessions.
   * @param namespace separates the projects that share a storage
   * @param claimableInMs when others may claim them; until then, the caller retries them itself
   */
  put(namespace: string, revocations: readonly StoredRevocation[], claimableInMs: number): Promise<void>;
  /**
   * Gives revocations to the caller, each to one caller at a time: nobody else can claim them within `leaseMs`. A
   * revocation whose caller ended without removing it can then be claimed again.
   */
  claim(namespace: string, max: number, leaseMs: number): Promise<readonly StoredRevocation[]>;
  /** Forgets revocations that Stytch has confirmed. */
  remove(namespace: string, sessionIds: readonly string[]): Promise<void>;
}
