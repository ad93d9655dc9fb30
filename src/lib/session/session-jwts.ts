import type { MemberSession, Session } from '../identity/session.js';

/**
 * The verified JWT that each session of a member was read from. Not a property, since sessions are logged
 * and serialized. Kept as long as the session.
 */
const jwts = new WeakMap<MemberSession, string>();

/** Only for members, since Stytch checks their permissions by their JWT. */
export function keepJwtOf(session: Session, jwt: string): void {
  if (session.kind === 'member') jwts.set(session, jwt);
}

/** Undefined for an object that was not read from a JWT. */
export const jwtOf = (session: MemberSession): string | undefined => jwts.get(session);
