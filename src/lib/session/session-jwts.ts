import type { Session } from '../identity/session.js';
import type { VerifiedJwt } from './verify/verified-jwt.js';

/**
 * The verified JWT that each session was read from. Not a property, since sessions are logged and serialized.
 * Kept as long as the session.
 */
const verifiedJwts = new WeakMap<Session, VerifiedJwt>();

export function keepVerifiedJwt(verified: VerifiedJwt): void {
  verifiedJwts.set(verified.session, verified);
}

/** Undefined for an object that was not read from a JWT. */
export const verifiedJwtOf = (session: Session): VerifiedJwt | undefined => verifiedJwts.get(session);

/** The JWT of {@link verifiedJwtOf}, with which Stytch checks the permissions of a member. */
export const jwtOf = (session: Session): string | undefined => verifiedJwtOf(session)?.jwt;
