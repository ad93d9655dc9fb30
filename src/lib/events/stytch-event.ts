import type { RefusalCode } from '../errors/refusal.js';

/**
 * What happened, for audit logs and metrics. Ids only: no token, no cookie, no address. New types may
 * join; ignore those you do not know.
 */
export type StytchEvent = { /** When (RFC 3339, UTC). */ readonly at: string } &
  /** A link was asked for; whether one was sent only Stytch and the person learn. */
  (
    | { readonly type: 'link_requested' }
    | { readonly type: 'rate_limited'; readonly limit: 'address' | 'ip' }
    | { readonly type: 'signed_in'; readonly userId: string; readonly sessionId: string }
    /** A fresh JWT was fetched; `ahead` of its time, or because the old one had expired or was not sent. */
    | {
        readonly type: 'refreshed';
        readonly userId: string;
        readonly sessionId: string;
        readonly ahead: boolean;
      }
    /** A request, a login or a logout was refused. */
    | { readonly type: 'refused'; readonly code: RefusalCode }
    /** A session was ended by this process. */
    | { readonly type: 'revoked'; readonly userId: string; readonly sessionId: string }
    /** Somebody signed out, with or without a session that was still known. */
    | { readonly type: 'signed_out'; readonly everywhere: boolean }
    /** Calls for sessions are given up until Stytch answers again. */
    | { readonly type: 'outage_began' }
    | { readonly type: 'outage_ended' }
  );

/** An event before its time is added. */
export type StytchEventDetails = StytchEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'at'>
    : never
  : never;
