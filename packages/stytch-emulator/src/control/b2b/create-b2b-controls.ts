import { type B2B } from '../../resources/b2b/b2b.js';
import { memberToWire } from '../../resources/b2b/members/member.wire.js';
import { organizationToWire } from '../../resources/b2b/organizations/organization.wire.js';
import { memberSessionToWire } from '../../resources/b2b/sessions/member-session.wire.js';
import { type ControlParts, createChange, createProjectControls } from '../create-project-controls.js';
import { type B2BEmulatorControls } from './b2b-controls.js';
import { createMemberSession } from './create-member-session.js';
import { findMember, findOrganization } from './find-member.js';
import { impersonateMember } from './impersonate-member.js';
import { issueMemberToken } from './issue-member-token.js';
import { createMember, createOrganization, updateOrganization } from './organization-controls.js';

/** The controls of a B2B project. */
export function createB2BControls(b2b: B2B, parts: ControlParts): B2BEmulatorControls {
  const { organizations, members, locks, sessions } = b2b;
  const change = createChange(b2b, parts.changes);
  return {
    ...createProjectControls(b2b, parts),
    organizations: {
      create: (options) => change(() => createOrganization(b2b, options)),
      update: (organization, changes) => change(() => updateOrganization(b2b, organization, changes)),
      list: () => organizations.all().map(organizationToWire),
    },
    members: {
      create: (options) => change(() => createMember(b2b, options)),
      unlock: (member) =>
        change(() => {
          locks.reset(findMember(b2b, findOrganization(b2b, member.organization), member));
        }),
      impersonate: (options) => change(() => impersonateMember(b2b, options)),
      list: ({ organization } = {}) =>
        (organization === undefined
          ? members.all()
          : members.ofOrganization(findOrganization(b2b, organization))
        ).map((member) => memberToWire(member, organizations.get(member.organizationId))),
    },
    connectedApps: {
      issueToken: (options) => change(() => issueMemberToken(b2b, options)),
    },
    sessions: {
      create: (options) => change(() => createMemberSession(b2b, options)),
      list: () =>
        sessions
          .all()
          .map((session) =>
            memberSessionToWire(
              session,
              members.getById(session.memberId),
              organizations.get(session.organizationId),
            ),
          ),
    },
  };
}
