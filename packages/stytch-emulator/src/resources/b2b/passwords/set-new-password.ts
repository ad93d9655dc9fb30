import { hashPassword } from '../../passwords/hash-password.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';
import { type MemberSession } from '../sessions/member-session.js';

/** Sets the password, and revokes the member's sessions, except the one that is used to set it. */
export function setNewPassword(
  { members, sessions }: B2B,
  member: Member,
  password: string,
  current?: MemberSession,
): void {
  members.setPassword(member, hashPassword(password));
  sessions.revokeAllOf(member.memberId, current);
}
