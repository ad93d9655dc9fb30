import { type memberToWire } from '../../resources/b2b/members/member.wire.js';
import { type organizationToWire } from '../../resources/b2b/organizations/organization.wire.js';
import { type memberSessionToWire } from '../../resources/b2b/sessions/member-session.wire.js';
import { type ProjectControls } from '../controls.js';

/** What tests can inspect and change in a B2B project besides calling the API. */
export interface B2BEmulatorControls extends ProjectControls {
  readonly organizations: {
    /** As the API returns them. */
    list(): ApiOrganization[];
  };
  readonly members: {
    /** The members of all organizations, as the API returns them. */
    list(): ApiMember[];
  };
  readonly sessions: {
    /** The active sessions, as the API returns them. */
    list(): ApiMemberSession[];
  };
}

/** An organization as the API returns it. */
export type ApiOrganization = ReturnType<typeof organizationToWire>;
/** A member as the API returns it. */
export type ApiMember = ReturnType<typeof memberToWire>;
/** A session of a member as the API returns it. */
export type ApiMemberSession = ReturnType<typeof memberSessionToWire>;
