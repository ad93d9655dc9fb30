import { type Fields } from '../../../wire/fields.js';
import { domainOf } from '../../email-address.js';
import { readSessionUpdate } from '../../sessions/session-arguments.js';
import { createOrganization } from '../administration/create-organization.js';
import { type B2B } from '../b2b.js';
import { adminRoleId } from '../members/member-roles.js';
import { isCommonDomain } from '../organizations/email-domains.js';
import {
  completeMemberSignIn,
  memberSignInResponse,
  readRequestedMemberSession,
} from '../sign-in/complete-member-sign-in.js';
import { provesEmail } from '../sign-in/proves-email.js';

/** Creates an organization of which the person with the intermediate session is the first member, and an admin. */
export function createDiscoveredOrganization(b2b: B2B, fields: Fields) {
  const intermediate = b2b.intermediateSessions.get(fields.string('intermediate_session_token') ?? '');
  const { emailAddress, factors } = intermediate;
  // Before anything is created.
  readSessionUpdate(fields);
  const organization = createOrganization(b2b, fields, defaultNameOf(emailAddress));
  const member = b2b.members.create(organization, {
    emailAddress,
    status: 'pending',
    roles: [adminRoleId],
  });
  const requested = readRequestedMemberSession(b2b, fields, organization, member);
  const signIn = completeMemberSignIn(
    b2b,
    { organization, member, factors: [], verifiesEmail: factors.some(provesEmail) },
    requested,
  );
  return memberSignInResponse(b2b, signIn);
}

/** From the domain, or from the name before it if the domain belongs to nobody in particular. */
function defaultNameOf(emailAddress: string): string {
  const domain = domainOf(emailAddress);
  const isShared = isCommonDomain(domain) || domain.endsWith('.edu');
  return isShared
    ? emailAddress.slice(0, emailAddress.lastIndexOf('@'))
    : domain.slice(0, domain.lastIndexOf('.'));
}
