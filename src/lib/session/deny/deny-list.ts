/**
 * Sessions that were signed out but whose JWTs still verify: a JWT cannot be called back, so the
 * session is refused until no JWT of it can be alive.
 *
 * Asked on every request, so it answers at once. What shares denials between processes keeps a copy
 * at hand that it is told to, and does not ask far away.
 */
export abstract class DenyList {
  /** @param untilMs wall time after which no JWT of the session can be alive */
  abstract deny(sessionId: string, untilMs: number): void;

  abstract has(sessionId: string): boolean;
}
