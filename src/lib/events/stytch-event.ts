import type { RefusalCode } from '../errors/refusal.js';
import type { StytchLimitName } from '../options/limits.options.js';
import type { Subject } from '../identity/subject.js';

/**
 * An event for audit logs and metrics. Contains ids only: no tokens, cookies or addresses. New types
 * may be added in minor versions; ignore unknown ones.
 */
export type StytchEvent = { /** When the event occurred (RFC 3339, UTC). */ readonly at: string } &
  /** A sign-in was started, with the name of the method. Emitted whether or not an account exists. */
  (
    | { readonly type: 'sign_in_started'; readonly method: string }
    /** A limit refused a request. */
    | { readonly type: 'rate_limited'; readonly limit: StytchLimitName }
    | {
        readonly type: 'signed_in';
        readonly subject: Subject;
        readonly sessionId: string;
        readonly method: string;
      }
    /** A factor was added to a session. */
    | {
        readonly type: 'factor_added';
        readonly subject: Subject;
        readonly sessionId: string;
        readonly method: string;
      }
    /** A new JWT was fetched: `ahead` of expiry in the background, or because a request needed it. */
    | {
        readonly type: 'refreshed';
        readonly subject: Subject;
        readonly sessionId: string;
        readonly ahead: boolean;
      }
    /** A request, a sign-in or a sign-out was refused. */
    | { readonly type: 'refused'; readonly code: RefusalCode }
    /** This process revoked a session. */
    | { readonly type: 'revoked'; readonly subject: Subject; readonly sessionId: string }
    /** A sign-out, with or without a valid session. */
    | { readonly type: 'signed_out'; readonly everywhere: boolean }
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
    /** `shared.revocations` is not connected: sign-outs of other instances are not known until `sharing_resumed`. */
    | { readonly type: 'sharing_interrupted' }
    | { readonly type: 'sharing_resumed' }
  );

/** An event before its time is added. */
export type StytchEventDetails = StytchEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'at'>
    : never
  : never;
