import { setSource, sourceOf } from '../identity/session-object.js';
import type { Session } from '../identity/session.js';
import type { VerifiedJwt } from './verify/verified-jwt.js';

/** Stores a verified JWT in the session that was read from it. */
export function keepVerifiedJwt(verified: VerifiedJwt): void {
  setSource(verified.session, verified);
}

/** Undefined for an object that was not read from a JWT. */
export const verifiedJwtOf = (session: Session): VerifiedJwt | undefined =>
  sourceOf(session) as VerifiedJwt | undefined;

/** The JWT of {@link verifiedJwtOf}, with which Stytch checks the permissions of a member. */
export const jwtOf = (session: Session): string | undefined => verifiedJwtOf(session)?.jwt;
