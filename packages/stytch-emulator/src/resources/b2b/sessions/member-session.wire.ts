import { toTimestamp } from '../../../wire/json.js';
import { factorToWire } from '../../sessions/factors/factor.js';
import { roleIdsOf } from '../members/member-roles.js';
import { type Member } from '../members/member.js';
import { type Organization } from '../organizations/organization.js';
import { type MemberSession } from './member-session.js';

/** A session as the API returns it, with the current slug of the organization and roles of the member. */
export function memberSessionToWire(session: MemberSession, member: Member, organization: Organization) {
  return {
    member_session_id: session.sessionId,
    member_id: session.memberId,
    organization_id: session.organizationId,
    organization_slug: organization.slug,
    started_at: toTimestamp(session.startedAtSeconds),
    last_accessed_at: toTimestamp(session.lastAccessedAtSeconds),
    expires_at: toTimestamp(session.expiresAtSeconds),
    authentication_factors: session.factors.map(factorToWire),
    custom_claims: session.customClaims,
    roles: roleIdsOf(member, organization),
  };
}
