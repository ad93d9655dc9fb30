import { refuse } from '../../../wire/api-error.js';
import { type ApiCall } from '../../../wire/operation.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';
import { type Organization } from '../organizations/organization.js';
import { grantingRolesOf, refuseMember, refuseTenant } from './authorize-member.js';

/** Who an operation is carried out for: the project, which may do everything, or a member with its permissions. */
export interface Caller {
  /** Undefined if the call is the project's own. */
  readonly member: Member | undefined;
  /**
   * @param self the member that the action concerns, who may have the permission for itself only
   * @throws {ApiError} `session_authorization_error`
   */
  require(resourceId: string, action: string, self?: Member): void;
}

const project: Caller = { member: undefined, require: () => undefined };

/**
 * The member whose session is in the headers `X-Stytch-Member-Session` or `X-Stytch-Member-SessionJWT`.
 *
 * @throws {ApiError} `session_authorization_tenancy_error` if it is a member of another organization, and the errors
 *   of invalid sessions
 */
export function callerOf(b2b: B2B, call: ApiCall, organization: Organization): Caller {
  const session = readSessionHeader(b2b, call);
  if (session === undefined) return project;
  if (session.organizationId !== organization.organizationId) refuseTenant();
  const member = b2b.members.getById(session.memberId);
  // A permission for all actions is one for those that the resource has.
  const isPermitted = (resourceId: string, action: string) =>
    b2b.rbac.hasAction(resourceId, action) &&
    grantingRolesOf(b2b, member, organization, { resourceId, action }).length > 0;
  return {
    member,
    require(resourceId, action, self) {
      if (isPermitted(resourceId, action)) return;
      if (self?.memberId === member.memberId && isPermitted('stytch.self', action)) return;
      refuseMember();
    },
  };
}

function readSessionHeader({ sessions, sessionJwts }: B2B, { header }: ApiCall) {
  const token = header('x-stytch-member-session');
  const jwt = header('x-stytch-member-sessionjwt');
  if (token !== undefined && jwt !== undefined) {
    refuse(400, 'too_many_session_arguments', 'Only one of the two session headers is allowed.');
  }
  if (token !== undefined) return sessions.getByToken(token);
  return jwt === undefined ? undefined : sessions.getById(sessionJwts.sessionIdOf(jwt));
}
