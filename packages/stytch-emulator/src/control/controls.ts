import { type EmulatorClock } from '../clock.js';
import { type Message, type MessageFilter } from '../mailbox/message.js';
import { type sessionToWire } from '../resources/consumer/sessions/session.wire.js';
import { type userToWire } from '../resources/consumer/users/user.wire.js';
import { type Fault } from './faults/fault.js';
import { type RecordedRequest } from './request-log.js';

/** What tests can inspect and change besides calling the API. */
export interface EmulatorControls {
  readonly clock: EmulatorClock;
  /** The emails that were delivered to the inbox instead of being sent. */
  readonly messages: {
    /** Oldest first. */
    list(filter?: MessageFilter): Message[];
    latest(filter?: MessageFilter): Message | undefined;
    /**
     * The newest message that no earlier call has returned, or else the next one that arrives.
     *
     * @param filter.timeoutMs real time, default 5000
     * @throws {EmulatorError} `emulator_no_message`, `emulator_closed`
     */
    wait(filter?: MessageFilter & { timeoutMs?: number }): Promise<Message>;
    clear(): void;
  };
  readonly sessions: {
    /**
     * Creates a session without an email, as if by magic link. Creates the user if none has the address.
     *
     * @throws {EmulatorError} `emulator_user_not_found`, `emulator_options_invalid`
     */
    create(options: NewSessionOptions): Promise<MintedSession>;
    /** The active sessions, as the API returns them. */
    list(): ApiSession[];
  };
  readonly keys: {
    /**
     * Generates a new signing key. The old keys stay published, as during a rotation at Stytch;
     * `withdrawOld` removes them at once, as after a leak.
     */
    rotate(options?: { withdrawOld?: boolean }): Promise<{ kid: string }>;
  };
  /** The latest 1000 requests of the API, in memory only. */
  readonly requests: {
    /** Oldest first. */
    list(): RecordedRequest[];
    clear(): void;
  };
  /** Faults to inject into requests. */
  readonly faults: {
    /** @throws {EmulatorError} `emulator_options_invalid` */
    add(fault: Fault): { remove(): void };
    /** The faults that still apply. */
    list(): Fault[];
    clear(): void;
  };
  /**
   * Restores the initial state: deletes all users, sessions, links, messages, recorded requests and faults,
   * sets the clock to the system time and loads the seed. Credentials and keys stay.
   */
  reset(): Promise<void>;
}

export interface NewSessionOptions {
  /** The email address of the user. Either this or `userId` is required. */
  email?: string;
  userId?: string;
  /** Default 60, at most 527040 (366 days). Unlike in the API, the minimum is 1. */
  durationMinutes?: number;
  customClaims?: Record<string, unknown>;
  /** Roles of the user in addition to `stytch_user`. Default: unchanged. */
  roles?: string[];
}

/** A session as the API returns it. */
export type ApiSession = ReturnType<typeof sessionToWire>;
/** A user as the API returns it. */
export type ApiUser = ReturnType<typeof userToWire>;

/** A new session with its tokens, in the API's field names. */
export interface MintedSession {
  user_id: string;
  session_id: string;
  session_token: string;
  session_jwt: string;
  session: ApiSession;
  user: ApiUser;
}
