import { ApiError } from '../api/api-error.js';
import { type EmulatorClock, nowSeconds } from '../clock.js';
import { type EmulatedProject } from '../emulated-project.js';
import { EmulatorError } from '../emulator-error.js';
import { type Fault } from '../faults/fault.js';
import { type Faults } from '../faults/faults.js';
import { type Message, type MessageFilter } from '../mailbox/message.js';
import { type RecordedRequest, type RequestLog } from '../request-log.js';
import { type Session } from '../sessions/session.js';
import { sessionToWire } from '../sessions/session.wire.js';
import { checkedEmailAddress } from '../users/email-address.js';
import { type User } from '../users/user.js';
import { userToWire } from '../users/user.wire.js';

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

export interface ControlParts {
  project: EmulatedProject;
  requests: RequestLog;
  faults: Faults;
  /** Plants the seed. */
  plantSeed: () => void;
  /** To be called when something was changed that is kept. */
  changed: () => void;
}

export function createControls({
  project,
  requests,
  faults,
  plantSeed,
  changed,
}: ControlParts): EmulatorControls {
  const { clock, mailbox, keys } = project;
  return {
    clock,
    messages: {
      list: (filter) => mailbox.list(filter),
      latest: (filter) => mailbox.latest(filter),
      wait: (filter = {}) => mailbox.wait(filter),
      clear: () => {
        mailbox.clear();
        changed();
      },
    },
    sessions: {
      create: (options) =>
        new Promise((resolve) => {
          resolve(mintSession(project, options));
          changed();
        }),
      list: () =>
        project.sessions.all().map((session) => sessionToWire(session, project.users.get(session.userId))),
    },
    keys: {
      rotate: async ({ withdrawOld = false } = {}) => {
        await keys.rotate({ withdrawOld });
        changed();
        return { kid: keys.current.kid };
      },
    },
    requests: {
      list: () => requests.list(),
      clear: () => {
        requests.clear();
      },
    },
    faults: {
      add: (fault) => faults.add(fault),
      list: () => faults.list(),
      clear: () => {
        faults.clear();
      },
    },
    reset: () => {
      clock.reset();
      project.wipe();
      requests.clear();
      faults.clear();
      plantSeed();
      changed();
      return Promise.resolve();
    },
  };
}

function mintSession(project: EmulatedProject, options: NewSessionOptions): MintedSession {
  const { durationMinutes = 60, customClaims, roles } = options;
  if (!Number.isSafeInteger(durationMinutes) || durationMinutes < 1 || durationMinutes > 527_040) {
    throw new EmulatorError(
      'emulator_options_invalid',
      'durationMinutes must be an integer from 1 to 527040.',
    );
  }
  return asEmulatorError(() => {
    const user = whoSignsIn(project, options);
    if (roles) user.assignedRoles = roles;
    return minted(project, user, startSession(project, user, { durationMinutes, customClaims }));
  });
}

function whoSignsIn({ users }: EmulatedProject, { email, userId }: NewSessionOptions): User {
  if ((email === undefined) === (userId === undefined)) {
    throw new EmulatorError('emulator_options_invalid', 'Give the email or the userId of who signs in.');
  }
  if (email !== undefined) {
    const address = checkedEmailAddress(email);
    return (
      users.findByEmail(address) ?? users.create({ email: { address, verified: true }, status: 'active' })
    );
  }
  const user = users.find(userId ?? '');
  if (!user) throw new EmulatorError('emulator_user_not_found', 'No user has this userId.');
  return user;
}

function startSession(
  { sessions, clock }: EmulatedProject,
  user: User,
  update: { durationMinutes: number; customClaims: Record<string, unknown> | undefined },
): Session {
  const now = nowSeconds(clock);
  const [email] = user.emails;
  if (email) email.verified = true;
  user.status = 'active';
  return sessions.start(
    user.userId,
    {
      type: 'magic_link',
      deliveryMethod: 'email',
      createdAtSeconds: now,
      lastAuthenticatedAtSeconds: now,
      updatedAtSeconds: now,
      ...(email && { emailFactor: { emailId: email.emailId, address: email.address } }),
    },
    update,
  );
}

function minted({ sessionJwts }: EmulatedProject, user: User, session: Session): MintedSession {
  return {
    user_id: user.userId,
    session_id: session.sessionId,
    session_token: session.token,
    session_jwt: sessionJwts.sign(session, user),
    session: sessionToWire(session, user),
    user: userToWire(user),
  };
}

// The rules of the API hold here too, but whoever calls in process is no HTTP client.
function asEmulatorError<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new EmulatorError('emulator_options_invalid', error.message, { cause: error });
  }
}
