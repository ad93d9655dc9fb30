import { type B2B } from '../../resources/b2b/b2b.js';
import { memberToWire } from '../../resources/b2b/members/member.wire.js';
import { organizationToWire } from '../../resources/b2b/organizations/organization.wire.js';
import { memberSessionToWire } from '../../resources/b2b/sessions/member-session.wire.js';
import { type ControlParts, createProjectControls } from '../create-project-controls.js';
import { type B2BEmulatorControls } from './b2b-controls.js';

/** The controls of a B2B project. */
export function createB2BControls(b2b: B2B, parts: ControlParts): B2BEmulatorControls {
  const { organizations, members, sessions } = b2b;
  return {
    ...createProjectControls(b2b, parts),
    organizations: { list: () => organizations.all().map(organizationToWire) },
    members: {
      list: () =>
        members.all().map((member) => memberToWire(member, organizations.get(member.organizationId))),
    },
    sessions: {
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
