import { type Fields } from '../../../wire/fields.js';
import { domainOf } from '../../email-address.js';
import { type B2B } from '../b2b.js';
import { checkSettings, readSettings } from '../organizations/read-settings.js';
import { defaultSettings } from '../organizations/organization-settings.js';
import { isCommonDomain } from '../organizations/email-domains.js';
import { adminRoleId } from '../members/member-roles.js';
import {
  completeMemberSignIn,
  memberSignInResponse,
  readRequestedMemberSession,
} from '../sign-in/complete-member-sign-in.js';
import { provesEmail } from '../sign-in/proves-email.js';

/** Creates an organization of which the person with the intermediate session is the first member, and an admin. */
export function createOrganization(b2b: B2B, fields: Fields) {
  const intermediate = b2b.intermediateSessions.get(fields.string('intermediate_session_token') ?? '');
  const { emailAddress, factors } = intermediate;
  const organization = b2b.organizations.create({
    name: fields.string('organization_name') ?? defaultNameOf(emailAddress),
    slug: fields.string('organization_slug'),
    logoUrl: fields.string('organization_logo_url'),
    externalId: fields.string('organization_external_id'),
    trustedMetadata: fields.object('trusted_metadata'),
    settings: checkSettings({ ...defaultSettings, ...readSettings(fields) }),
  });
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
