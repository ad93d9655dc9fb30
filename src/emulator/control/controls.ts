import { type EmulatorClock } from '../clock.js';
import { type Fault } from '../faults/fault.js';
import { type Message, type MessageFilter } from '../mailbox/message.js';
import { type RecordedRequest } from '../request-log.js';
import { type sessionToWire } from '../sessions/session.wire.js';
import { type userToWire } from '../users/user.wire.js';

/** What a test can do with a running emulator beside calling its API. */
export interface EmulatorControls {
  readonly clock: EmulatorClock;
  /** The mails it has delivered instead of sending them. */
  readonly messages: {
    /** Oldest first. */
    list(filter?: MessageFilter): Message[];
    latest(filter?: MessageFilter): Message | undefined;
    /**
     * The newest message nobody has waited for before, or else the next one that comes.
     *
     * @param filter.timeoutMs real time, default 5000
     * @throws {EmulatorError} `emulator_no_message`, `emulator_closed`
     */
    wait(filter?: MessageFilter & { timeoutMs?: number }): Promise<Message>;
    clear(): void;
  };
  readonly sessions: {
    /**
     * Signs somebody in without a mail, as if by a magic link. A user is created when nobody has the address.
     *
     * @throws {EmulatorError} `emulator_user_not_found`, `emulator_options_invalid`
     */
    create(options: NewSessionOptions): Promise<MintedSession>;
    /** The sessions that live now, in the API's own form. */
    list(): SessionOnTheWire[];
  };
  readonly keys: {
    /**
     * Signs with a fresh key from now on. The old ones stay published, as at Stytch during a rotation;
     * with `withdrawOld` they are gone at once, as after a leak.
     */
    rotate(options?: { withdrawOld?: boolean }): Promise<{ kid: string }>;
  };
  /** Every request of the API, the latest thousand, in memory only. */
  readonly requests: {
    /** Oldest first. */
    list(): RecordedRequest[];
    clear(): void;
  };
  /** Makes the emulator misbehave. */
  readonly faults: {
    /** @throws {EmulatorError} `emulator_options_invalid` */
    add(fault: Fault): { remove(): void };
    /** Those that are still to be met. */
    list(): Fault[];
    clear(): void;
  };
  /**
   * Back to the start: nobody but the seeded users, no session, link, message, recorded request or fault,
   * and the clock at the machine's time. Credentials and keys stay.
   */
  reset(): Promise<void>;
}

export interface NewSessionOptions {
  /** Who signs in. Give this or `userId`. */
  email?: string;
  userId?: string;
  /** Default 60, at most 527040 (366 days). Unlike the API's, it may be as short as 1. */
  durationMinutes?: number;
  customClaims?: Record<string, unknown>;
  /** Assigned to the user beside `stytch_user`. Default: the user keeps the roles it has. */
  roles?: string[];
}

export type SessionOnTheWire = ReturnType<typeof sessionToWire>;
export type UserOnTheWire = ReturnType<typeof userToWire>;

/** A signed-in session, in the words of the API. */
export interface MintedSession {
  user_id: string;
  session_id: string;
  session_token: string;
  session_jwt: string;
  session: SessionOnTheWire;
  user: UserOnTheWire;
}
