import { type Fields } from '../../../wire/fields.js';
import { checkLocale, phoneLocales } from '../../sign-in/locale.js';
import { type B2B } from '../b2b.js';
import {
  completeMemberSignIn,
  memberSignInResponse,
  readRequestedMemberSession,
} from '../sign-in/complete-member-sign-in.js';
import { findOrProvisionMember } from '../sign-in/join-organization.js';
import { provesEmail } from '../sign-in/proves-email.js';
import { readOrganization } from '../sign-in/read-organization.js';

/** Exchanges an intermediate session for a session in an organization, which the person may join by this. */
export function exchangeIntermediateSession(b2b: B2B, fields: Fields) {
  checkLocale(fields, phoneLocales);
  const intermediate = b2b.intermediateSessions.get(fields.string('intermediate_session_token') ?? '');
  const organization = readOrganization(b2b, fields);
  const { member } = findOrProvisionMember(b2b, organization, intermediate);
  const requested = readRequestedMemberSession(b2b, fields, organization, member);
  const signIn = completeMemberSignIn(
    b2b,
    { organization, member, factors: [], verifiesEmail: intermediate.factors.some(provesEmail) },
    requested,
  );
  return memberSignInResponse(b2b, signIn);
}
