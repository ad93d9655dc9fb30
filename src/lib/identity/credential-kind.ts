/**
 * How a request proves what sends it.
 *
 * - `cookie`: the session cookies of a browser.
 * - `bearer`: a session JWT in the `Authorization` header, of a mobile or single-page application.
 * - `m2m`: an access token in that header, of an M2M client (RFC 6749 section 4.4).
 * - `connected-app`: an access token in that header, of a connected app that acts for a person.
 */
export type CredentialKind = 'cookie' | 'bearer' | 'm2m' | 'connected-app';

/** All kinds, in the order in which they are listed for people. */
export const credentialKinds = [
  'cookie',
  'bearer',
  'm2m',
  'connected-app',
] as const satisfies CredentialKind[];

/** Whether the credential proves a session, and not a client. */
export const isOfSession = (kind: CredentialKind): boolean => kind === 'cookie' || kind === 'bearer';
