import { type B2B } from '../../resources/b2b/b2b.js';
import { memberFields } from '../../resources/b2b/members/member.wire.js';
import { memberSessionToWire } from '../../resources/b2b/sessions/member-session.wire.js';
import { checkDurationMinutes } from '../check-duration.js';
import { withEmulatorErrors } from '../with-emulator-errors.js';
import { type MintedMemberSession, type NewMemberSessionOptions } from './b2b-controls.js';
import { findOrCreateMember, findOrganization } from './find-member.js';

/** @throws {EmulatorError} `emulator_organization_not_found`, `emulator_member_not_found`, `emulator_options_invalid` */
export function createMemberSession(b2b: B2B, options: NewMemberSessionOptions): MintedMemberSession {
  const { customClaims, roles } = options;
  const durationMinutes = checkDurationMinutes(options.durationMinutes ?? 60);
  const organization = findOrganization(b2b, options.organization);
  return withEmulatorErrors(() => {
    const { members, sessions, sessionJwts } = b2b;
    const member = findOrCreateMember(b2b, organization, options);
    if (roles) members.edit(member).assignedRoles = roles;
    members.verifyEmail(member);
    members.activate(member);
    const factor = { type: 'magic_link', deliveryMethod: 'email', email: member.email } as const;
    const session = sessions.start(member, [factor], { durationMinutes, customClaims });
    return {
      ...memberFields(organization, member),
      organization_id: organization.organizationId,
      member_session_id: session.sessionId,
      session_token: session.token,
      session_jwt: sessionJwts.sign(session, member, organization),
      member_session: memberSessionToWire(session, member, organization),
    };
  });
}
