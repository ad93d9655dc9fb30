/**
 * What one instance of an application tells the others: that a session was revoked, or that Stytch reported a change
 * of a user, a member or an organization.
 *
 * A notice contains ids, hashes and times only, never a token. Anyone who can write to a channel can sign people out,
 * and can't sign anybody in.
 */
export interface RevocationNotice {
  /** What the notice is about: printable ASCII, at most 200 characters. A later notice replaces one with the same key. */
  readonly key: string;
  /** When the notice expires, in milliseconds since the Unix epoch. */
  readonly untilMs: number;
}

/** What a channel tells the instance that it is connected to. No method throws. */
export interface RevocationListener {
  /** Another instance, or this one, published a notice. */
  received(notice: RevocationNotice): void;
  /** Notices arrive from now on. After an interruption too, during which some may have been missed. */
  connected(): void;
  /** Notices may be missed from now on. */
  disconnected(): void;
}

/** A connection of this instance to the others. */
export interface RevocationConnection {
  /**
   * Delivers notices to all instances, and keeps them until they expire. Rejects if the channel can't confirm
   * that; the caller then tries again. A webhook of Stytch waits for the confirmation for up to two seconds.
   */
  publish(notices: readonly RevocationNotice[]): Promise<void>;
  /** All notices that have not expired, in any order, in parts of a bounded size. */
  recent(): AsyncIterable<readonly RevocationNotice[]>;
  /** Resolves when nothing keeps the process running any more. */
  close(): Promise<void>;
}

/**
 * Connects the instances of an application, such as `redisRevocations` of `nestjs-stytch/redis`. Implement it to
 * use another engine.
 *
 * The library never waits for a channel to decide about a request: it reads notices as they arrive, and
 * publishes in the background.
 */
export interface RevocationChannel {
  /**
   * Connects, and reconnects until the connection is closed. Returns at once.
   * @param namespace separates the projects that share a channel
   */
  connect(namespace: string, listener: RevocationListener): RevocationConnection;
}
