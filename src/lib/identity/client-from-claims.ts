import { timestampOf, type Claims } from './claims.js';
import type { Client, ConnectedApp } from './client.js';
import { isMemberId } from './member-session-from-claims.js';
import { organizationClaim, readOrganization } from './organization-claim.js';
import { readCustomClaims } from './read-custom-claims.js';
import { sessionClaim } from './session-claim.js';
import { memberSubject, userSubject } from './subject.js';
import { isUserId } from './user-session-from-claims.js';

const connectedAppIdPattern = /^connected-app-[A-Za-z0-9-]{1,128}$/;
/** Ids that Stytch gives to something else than an M2M client, whose own id can be chosen. */
const otherIdPattern = /^(?:user|member|session|member-session|organization|connected-app)-/;
/** RFC 6749 section 3.3: visible ASCII without quotes and backslash. */
const scopePattern = /^[\x21\x23-\x5B\x5D-\x7E]+$/;
/** RFC 6749 appendix A.1: visible ASCII and blanks. */
const clientIdPattern = /^[\x21-\x7E]{1,256}$/;

/**
 * Reads the client of an access token from verified claims; `undefined` if they describe none. Session
 * JWTs are signed with the same keys for the same audience, so the claims have to tell what a token is:
 * an access token has no session claim. One of a connected app has the id of the app in `client_id`, a
 * person in `sub`, and a scope, and for a member their organization; one of an M2M client has the client's id
 * in `sub`.
 */
export function clientFromClaims(claims: Claims): Client | undefined {
  const { sub, exp, client_id: clientId, scope } = claims;
  if (sessionClaim in claims) return undefined;
  const scopes = readScopes(scope);
  const expiresAt = timestampOf(exp);
  if (typeof sub !== 'string' || scopes === undefined || expiresAt === undefined) return undefined;
  const shared = { scopes, expiresAt, customClaims: readCustomClaims(claims, clientClaims) };

  const person = readPerson(sub, claims);
  if (person !== undefined) {
    // The audience is the whole project, so that only the scope limits what the token may do.
    const isConnectedApp = typeof clientId === 'string' && connectedAppIdPattern.test(clientId);
    if (!isConnectedApp || scopes.length === 0) return undefined;
    return Object.freeze({ kind: 'connected_app', clientId, ...person, ...shared });
  }
  if (organizationClaim in claims) return undefined;
  const isM2MClient = clientIdPattern.test(sub) && !otherIdPattern.test(sub);
  if (!isM2MClient || (clientId !== undefined && clientId !== sub)) return undefined;
  return Object.freeze({ kind: 'm2m_client', clientId: sub, ...shared });
}

/** Claims that the fields of a client are read from. */
const clientClaims: ReadonlySet<string> = new Set(['client_id', 'scope']);

/** A member's token states the organization, and a user's states none. */
function readPerson(sub: string, claims: Claims): Pick<ConnectedApp, 'subject' | 'organization'> | undefined {
  if (isUserId(sub)) return organizationClaim in claims ? undefined : { subject: userSubject(sub) };
  if (!isMemberId(sub)) return undefined;
  const organization = readOrganization(claims);
  return organization && { subject: memberSubject(sub, organization), organization };
}

const noScopes: readonly string[] = Object.freeze([]);

export const isScope = (value: string): boolean => scopePattern.test(value);

/**
 * The values of a `scope` claim, separated by single spaces (RFC 8693 section 4.2); `undefined` if it is not
 * a list of scopes.
 */
function readScopes(scope: unknown): readonly string[] | undefined {
  if (scope === undefined || scope === '') return noScopes;
  const scopes = typeof scope === 'string' ? scope.split(' ') : undefined;
  return scopes?.every(isScope) === true ? Object.freeze(scopes) : undefined;
}
