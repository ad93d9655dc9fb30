import { type EmulatorClock } from '../clock.js';
import { type MessageFilter, type MessageKind, type MessageOfKind } from '../mailbox/message.js';
import { type NewRbacPolicy, type RbacPolicy } from '../resources/rbac/policy.js';
import { type sessionToWire } from '../resources/consumer/sessions/session.wire.js';
import { type userToWire } from '../resources/consumer/users/user.wire.js';
import { type Fault } from './faults/fault.js';
import { type WebhookDelivery, type WebhookEndpoint, type WebhookOptions } from '../webhooks/webhook.js';
import { type RecordedRequest } from './request-log.js';

/** What tests can inspect and change in a project of any product. */
export interface ProjectControls {
  readonly clock: EmulatorClock;
  /**
   * The emails and text messages that were delivered to the inbox instead of being sent. With `kind`, the
   * result has the type of that kind: `(await wait({ kind: 'code' })).code` is a string.
   */
  readonly messages: {
    /** Oldest first. */
    list<Kind extends MessageKind = MessageKind>(filter?: MessageFilter<Kind>): MessageOfKind<Kind>[];
    latest<Kind extends MessageKind = MessageKind>(
      filter?: MessageFilter<Kind>,
    ): MessageOfKind<Kind> | undefined;
    /**
     * The newest message that no earlier call has returned, or else the next one that arrives.
     *
     * @param filter.timeoutMs real time, default 5000
     * @throws {EmulatorError} `emulator_no_message`, `emulator_closed`
     */
    wait<Kind extends MessageKind = MessageKind>(
      filter?: MessageFilter<Kind> & { timeoutMs?: number },
    ): Promise<MessageOfKind<Kind>>;
    clear(): void;
  };
  /** Machine-to-machine clients. */
  readonly m2m: {
    /**
     * Creates a client. Its secret cannot be read again.
     *
     * @throws {EmulatorError} `emulator_options_invalid`
     */
    createClient(options: NewM2MClientOptions): Promise<MintedM2MClient>;
    /**
     * Issues an access token without the secret of the client.
     *
     * @throws {EmulatorError} `emulator_client_not_found`, `emulator_options_invalid`
     */
    issueToken(options: M2MTokenOptions): Promise<IssuedM2MToken>;
  };
  readonly rbac: {
    /** The policy as `GET /v1/rbac/policy`, or `GET /v1/b2b/rbac/policy`, returns it. */
    policy(): RbacPolicy;
    /**
     * Replaces the policy, as in Stytch's dashboard.
     *
     * @returns the new policy
     * @throws {EmulatorError} `emulator_options_invalid`; the message names every problem
     */
    setPolicy(policy: NewRbacPolicy): Promise<RbacPolicy>;
  };
  readonly keys: {
    /**
     * Generates a new signing key. The old keys stay published, as during a rotation at Stytch;
     * `withdrawOld` removes them at once, as after a leak.
     */
    rotate(options?: { withdrawOld?: boolean }): Promise<{ kid: string }>;
    /**
     * The id of the key that signs. It is generated after the start; calls that need it wait until then. Await
     * this before a test with short deadlines.
     */
    current(): Promise<{ kid: string }>;
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
  /** Reports of changes of users, members and organizations, sent to one endpoint. The latest are listed, in memory only. */
  readonly webhooks: {
    /** What signs webhooks. It is known before the URL of an application that listens on a free port. */
    secret(): string;
    /** Undefined if webhooks are off. */
    endpoint(): WebhookEndpoint | undefined;
    /**
     * Sends webhooks about what changes from now on to this endpoint, in place of an earlier one.
     *
     * @throws {EmulatorError} `emulator_options_invalid`
     */
    deliverTo(endpoint: WebhookOptions): WebhookEndpoint;
    /** Sends no more webhooks. Pending ones are dropped. */
    stop(): void;
    /** Oldest first. */
    deliveries(): WebhookDelivery[];
    /**
     * Sends a webhook again, with the same id, whether it was delivered or not.
     *
     * @throws {EmulatorError} `emulator_delivery_not_found`
     */
    resend(id: string): WebhookDelivery;
    /** Resolves when no attempt to deliver is running or due. */
    settled(): Promise<void>;
  };
  /**
   * Restores the initial state: deletes all users or organizations, sessions, links, clients, messages, recorded
   * requests, faults and webhooks, sets the clock to the system time and loads the seed. Credentials, keys and the
   * endpoint of webhooks stay. No webhook is sent about it.
   */
  reset(): Promise<void>;
}

/** What tests can inspect and change besides calling the API. */
export interface EmulatorControls extends ProjectControls {
  readonly sessions: {
    /**
     * Creates a session without a message: as if by magic link or, if the user has no email address, by a
     * code to the phone number. Creates the user if none has the address.
     *
     * @throws {EmulatorError} `emulator_user_not_found`, `emulator_options_invalid`
     */
    create(options: NewSessionOptions): Promise<MintedSession>;
    /** The active sessions, as the API returns them. */
    list(): ApiSession[];
  };
  readonly users: {
    /**
     * Unlocks a user who is locked because of failed attempts, as in Stytch's dashboard.
     *
     * @throws {EmulatorError} `emulator_user_not_found`
     */
    unlock(user: UserIdentification): Promise<void>;
    /**
     * Creates a token with which somebody signs in as a user, as in Stytch's dashboard. It is valid for five
     * minutes. Creates the user if none has the address.
     *
     * @throws {EmulatorError} `emulator_user_not_found`, `emulator_options_invalid`
     */
    impersonate(options: ImpersonationTokenOptions): Promise<CreatedImpersonationToken>;
  };
  /** OAuth clients that act for users. */
  readonly connectedApps: {
    /**
     * Issues an access token for a user, as if the user had given consent. Creates the user if none has the
     * address.
     *
     * @throws {EmulatorError} `emulator_user_not_found`, `emulator_client_not_found`, `emulator_options_invalid`
     */
    issueToken(options: ConnectedAppTokenOptions): Promise<IssuedConnectedAppToken>;
  };
}

/** For which user `sessions.create()` starts a session. */
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

/** Either `email` or `userId` is required. */
export interface UserIdentification {
  email?: string;
  userId?: string;
}

/** Which user `users.impersonate()` creates a token for. */
export interface ImpersonationTokenOptions extends UserIdentification {
  /** Default: `support@example.com`. */
  impersonatorEmail?: string;
  /** The id of the impersonator in Stytch's dashboard. Default: generated. */
  impersonatorId?: string;
  /** Where the link leads. Default: the default redirect URL of the project. */
  redirectUrl?: string;
}

/** An impersonation token of a user, and the link with it. */
export interface CreatedImpersonationToken {
  user_id: string;
  token: string;
  /** The redirect URL with the token, which the dashboard opens. */
  link: string;
}

/** The M2M client that `m2m.createClient()` creates. */
export interface NewM2MClientOptions {
  scopes: string[];
  /** 1 to 128 letters, digits, dots, hyphens and underscores. Default: generated. */
  clientId?: string;
  /** 8 to 256 characters, 5 of them different. Default: generated. */
  clientSecret?: string;
  /** Default: empty. */
  name?: string;
  /** Default: empty. */
  description?: string;
  trustedMetadata?: Record<string, unknown>;
}

/** For which client and with which scopes `m2m.issueToken()` issues an access token. */
export interface M2MTokenOptions {
  /** Default: a new client that has the scopes. */
  clientId?: string;
  /** Default: all scopes of the client. */
  scopes?: string[];
  /** Claims that a template would add. */
  customClaims?: Record<string, unknown>;
}

/** For which user and with which scopes `connectedApps.issueToken()` issues an access token. */
export interface ConnectedAppTokenOptions {
  /** The email address of the user. Either this or `userId` is required. */
  email?: string;
  userId?: string;
  /** Default: a new app of the type `third_party_public`. */
  clientId?: string;
  /** May be empty, for tests of what refuses such tokens. */
  scopes: string[];
  /** Claims that a template would add. */
  customClaims?: Record<string, unknown>;
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

/** An M2M client as the API returns it. */
export interface ApiM2MClient {
  client_id: string;
  client_name: string;
  client_description: string;
  status: 'active' | 'inactive';
  scopes: string[];
  trusted_metadata: Record<string, unknown>;
  client_secret_last_four: string;
  next_client_secret_last_four: string | null;
}

/** A new M2M client with its secret, in the API's field names. */
export interface MintedM2MClient {
  client_id: string;
  client_secret: string;
  m2m_client: ApiM2MClient;
}

/** A new access token of an M2M client, in the API's field names. */
export interface IssuedM2MToken {
  client_id: string;
  access_token: string;
  token_type: string;
  /** In seconds. */
  expires_in: number;
}

/** A new access token of a connected app, in the API's field names. */
export interface IssuedConnectedAppToken extends IssuedM2MToken {
  user_id: string;
}
