import { type Fields } from '../../../wire/fields.js';
import { passwordFactor } from '../../sessions/factors/password-factor.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';
import { type Organization } from '../organizations/organization.js';
import {
  completeMemberSignIn,
  memberSignInResponse,
  readRequestedMemberSession,
} from '../sign-in/complete-member-sign-in.js';

/** What the operations do after the password was verified. */
export function signInWithPassword(b2b: B2B, fields: Fields, organization: Organization, member: Member) {
  const requested = readRequestedMemberSession(b2b, fields, organization, member);
  const signIn = completeMemberSignIn(
    b2b,
    { organization, member, factors: [passwordFactor], verifiesEmail: false },
    requested,
  );
  return memberSignInResponse(b2b, signIn);
}
