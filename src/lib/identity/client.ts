import type { MemberOrganization } from './session.js';
import type { Subject } from './subject.js';

/**
 * A program that calls with its own access token, obtained with the client credentials grant
 * (RFC 6749 section 4.4). Values are frozen and may be shared between requests.
 */
export interface M2MClient {
  readonly kind: 'm2m_client';
  /** Stytch's id of the client, `m2m-client-…` unless it was chosen when the client was created. */
  readonly clientId: string;
  /** The scopes of the access token. */
  readonly scopes: readonly string[];
  /** When the access token expires (RFC 3339, UTC). */
  readonly expiresAt: string;
  /** Custom claims of the access token. The object has no prototype. */
  readonly customClaims: Readonly<Record<string, unknown>>;
}

/**
 * An application that a person has connected to their account, such as an MCP server's client. It acts
 * for that person, within the scopes they granted. Values are frozen and may be shared between requests.
 */
export interface ConnectedApp {
  readonly kind: 'connected_app';
  /** Stytch's id of the connected app, `connected-app-…`. */
  readonly clientId: string;
  /** The person that the app acts for. */
  readonly subject: Subject;
  /** The organization of the person, if that is a member. */
  readonly organization?: MemberOrganization;
  /** The scopes that the person granted. */
  readonly scopes: readonly string[];
  /** When the access token expires (RFC 3339, UTC). */
  readonly expiresAt: string;
  /** Custom claims of the access token. The object has no prototype. */
  readonly customClaims: Readonly<Record<string, unknown>>;
}

/** What an access token is issued to. A union on `kind`: check it before reading fields of one kind. */
export type Client = M2MClient | ConnectedApp;
