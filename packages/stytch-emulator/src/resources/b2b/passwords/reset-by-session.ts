import { nowSeconds } from '../../../clock.js';
import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { requireStrongPassword } from '../../passwords/password-strength.js';
import { readPassword } from '../../passwords/read-password.js';
import { requireSession } from '../../sessions/session-arguments.js';
import { checkLocale, phoneLocales } from '../../sign-in/locale.js';
import { authMethodOf } from '../auth-method.js';
import { type B2B } from '../b2b.js';
import { type MemberSession } from '../sessions/member-session.js';
import {
  completeMemberSignIn,
  memberSignInResponse,
  readRequestedMemberSession,
} from '../sign-in/complete-member-sign-in.js';
import { readOrganization } from '../sign-in/read-organization.js';
import { setNewPassword } from './set-new-password.js';

const maxFactorAgeSeconds = 300;

/** Sets the password of the member who has the session, also a first one. */
export async function resetBySession(b2b: B2B, fields: Fields) {
  checkLocale(fields, phoneLocales);
  const password = readPassword(fields);
  await requireStrongPassword(password, readOwner(b2b, fields).member.email.address);

  // Read again, because the session may have been revoked in the meantime.
  const { session, organization, member } = readOwner(b2b, fields);
  const requested = readRequestedMemberSession(b2b, fields, organization, member);
  setNewPassword(b2b, member, password, session);
  const signIn = completeMemberSignIn(
    b2b,
    { organization, member, factors: [], verifiesEmail: false },
    requested,
  );
  return memberSignInResponse(b2b, signIn);
}

/** @throws {ApiError} `session_too_old_to_reset_password`, `member_does_not_exist_in_organization`, and of sessions */
function readOwner(b2b: B2B, fields: Fields) {
  const organization = readOrganization(b2b, fields);
  const session = requireSession(b2b, fields);
  if (session.organizationId !== organization.organizationId) {
    refuse(
      400,
      'member_does_not_exist_in_organization',
      'The session belongs to a member of another organization.',
    );
  }
  if (!hasRecentFactor(session, nowSeconds(b2b.clock))) refuse(401, 'session_too_old_to_reset_password');
  return { session, organization, member: b2b.members.getById(session.memberId) };
}

function hasRecentFactor({ factors }: MemberSession, now: number): boolean {
  return factors.some(
    (factor) =>
      authMethodOf(factor) !== undefined && factor.lastAuthenticatedAtSeconds >= now - maxFactorAgeSeconds,
  );
}
