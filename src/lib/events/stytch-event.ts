import type { RefusalCode } from '../errors/refusal.js';
import type { StytchLimitName } from '../options/limits.options.js';
import type { Subject } from '../identity/subject.js';

/** What an event says of the request that caused it. */
export interface EventRequestFields {
  /**
   * The network of the client, never its whole address: the /24 of an IPv4 address, the /48 of an IPv6 address. Missing if
   * no address is known, and behind a proxy that the platform does not trust.
   */
  readonly network?: string;
}

/** What an event says of a session. */
export interface EventSessionFields {
  readonly subject: Subject;
  readonly sessionId: string;
  /** Stytch's id of the person who impersonates the subject. */
  readonly impersonatorId?: string;
}

/**
 * Why a session was revoked:
 * - `signed_out`: a sign-out, of this session or everywhere
 * - `replaced`: the browser signed in again, or switched to another organization
 * - `refused_by_application`: `onSignIn` refused the sign-in
 * - `factor_not_added`: Stytch started another session instead of adding a factor to the one of the browser
 */
export type StytchRevocationReason =
  'signed_out' | 'replaced' | 'refused_by_application' | 'factor_not_added';

/**
 * An event for audit logs and metrics. Contains ids and networks: no tokens, cookies, email addresses or IP addresses.
 * New types and properties may be added in minor versions; ignore unknown ones.
 */
export type StytchEvent = { /** When the event occurred (RFC 3339, UTC). */ readonly at: string } &
  /** A sign-in was started, with the name of the method. Emitted whether or not an account exists. */
  (
    | ({ readonly type: 'sign_in_started'; readonly method: string } & EventRequestFields)
    /** A limit refused a request. */
    | ({ readonly type: 'rate_limited'; readonly limit: StytchLimitName } & EventRequestFields)
    | ({ readonly type: 'signed_in'; readonly method: string } & EventSessionFields & EventRequestFields)
    /** A factor was added to a session. */
    | ({ readonly type: 'factor_added'; readonly method: string } & EventSessionFields & EventRequestFields)
    /** In a B2B project, a person created an organization, before `onSignIn` was called. */
    | ({ readonly type: 'organization_created'; readonly organizationId: string } & EventRequestFields)
    /** A new JWT was fetched: `ahead` of expiry in the background, or because a request needed it. */
    | ({ readonly type: 'refreshed'; readonly ahead: boolean } & EventSessionFields)
    /**
     * A request, a sign-in or a sign-out was refused, and why. With the session if it was verified, and is not what the
     * request lacks.
     */
    | ({ readonly type: 'refused'; readonly code: RefusalCode } & Partial<EventSessionFields> &
        EventRequestFields)
    /** This process revoked a session. */
    | ({ readonly type: 'revoked'; readonly reason: StytchRevocationReason } & EventSessionFields &
        EventRequestFields)
    /** A sign-out, with the session if it was verified. */
    | ({ readonly type: 'signed_out'; readonly everywhere: boolean } & Partial<EventSessionFields> &
        EventRequestFields)
    /** Stytch reported a change with a webhook. Emitted each time it is delivered. */
    | {
        readonly type: 'webhook_received';
        readonly objectType: string;
        readonly action: string;
        /** Stytch's id of the object. */
        readonly id: string;
      }
    /** Stytch is unavailable: session calls fail immediately until `outage_ended`. */
    | { readonly type: 'outage_began' }
    | { readonly type: 'outage_ended' }
    /**
     * `shared.revocations` is not connected or fails: until `sharing_resumed`, sign-outs of other instances may be missed
     * here, or those of this instance by the others.
     */
    | { readonly type: 'sharing_interrupted' }
    | { readonly type: 'sharing_resumed' }
  );

/** An event before its time and the network are added. */
export type StytchEventDetails = StytchEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'at' | 'network'>
    : never
  : never;
