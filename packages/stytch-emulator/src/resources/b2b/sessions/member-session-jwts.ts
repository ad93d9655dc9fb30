import { SessionJwts } from '../../sessions/session-jwts.js';
import { roleIdsOf } from '../members/member-roles.js';
import { type Member } from '../members/member.js';
import { organizationClaims, type Organization } from '../organizations/organization.js';
import { type MemberSession } from './member-session.js';

/** Signs and verifies the session JWTs of members. */
export class MemberSessionJwts extends SessionJwts {
  sign(session: MemberSession, member: Member, organization: Organization): string {
    return this.signSession(session, {
      subject: member.memberId,
      roles: roleIdsOf(member, organization),
      attributes: { ipAddress: '', userAgent: '' },
      claims: organizationClaims(organization),
    });
  }
}
