import type { RevocableSession } from '../../ports/session-api.js';
import type { Moment } from '../moment.js';
import { tokenHashOf } from '../opaque-token.js';

/** A revocation that Stytch has not confirmed. */
export class PendingRevocation {
  readonly #session: RevocableSession;
  /** Identifies the session without containing a token. */
  readonly key: string;
  failedAttempts = 0;
  /** Whether other instances may know of it. */
  isStored = false;
  /** Monotonic. Infinity before the first attempt. */
  nextAttemptAtMs = Infinity;

  constructor(
    session: RevocableSession,
    /** When the session ends at Stytch anyway. */
    readonly endsAt: Moment,
  ) {
    this.#session = session;
    this.key = session.kind === 'id' ? session.sessionId : tokenHashOf(session.token);
  }

  get session(): RevocableSession {
    return this.#session;
  }

  get isToken(): boolean {
    return this.#session.kind === 'token';
  }
}
