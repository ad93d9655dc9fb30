import { domainOf } from '../../email-address.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';
import { memberToWire } from '../members/member.wire.js';
import { allowsJitProvisioningOf, type Organization } from '../organizations/organization.js';
import { organizationToWire } from '../organizations/organization.wire.js';
import { requirementsToWire } from '../sign-in/sign-in-requirements.wire.js';
import { type Person } from '../sign-in/join-organization.js';
import { allowedTenant, tenantsOf } from '../sign-in/oauth-tenants.js';
import { missingFactors, newcomer } from '../sign-in/sign-in-requirements.js';

/** The organizations that the person belongs to, is invited to, or may join. */
export function discoverOrganizations(b2b: B2B, person: Person) {
  return discover(
    b2b,
    person,
    (organization) => membershipOf(b2b, organization, person) ?? eligibilityOf(b2b, organization, person),
  );
}

/** Those of them in which the person is a member already. */
export function discoverMemberships(b2b: B2B, person: Person) {
  return discover(b2b, person, (organization) => membershipOf(b2b, organization, person));
}

function discover(
  { organizations }: B2B,
  person: Person,
  findMembership: (organization: Organization) => Membership | undefined,
) {
  return organizations.all().flatMap((organization) => {
    const membership = findMembership(organization);
    return membership === undefined ? [] : [discoveredToWire(organization, membership, person)];
  });
}

interface Membership {
  readonly type: string;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly member: Member | null;
}

function membershipOf({ members }: B2B, organization: Organization, person: Person): Membership | undefined {
  const member = members.findByEmail(organization, person.emailAddress);
  return member && { type: `${member.status}_member`, details: null, member };
}

function eligibilityOf(b2b: B2B, organization: Organization, person: Person): Membership | undefined {
  const domain = domainOf(person.emailAddress);
  if (allowsJitProvisioningOf(organization, person.emailAddress) && hasMemberOf(b2b, organization, domain)) {
    return { type: 'eligible_to_join_by_email_domain', details: { domain }, member: null };
  }
  const tenant = allowedTenant(organization, tenantsOf(person.factors));
  return (
    tenant && {
      type: 'eligible_to_join_by_oauth_tenant',
      details: { provider: tenant.provider, tenant_id: tenant.tenantId },
      member: null,
    }
  );
}

/**
 * Whether a member has a verified address of the domain. An organization without one may have been created to attract
 * the people of a foreign domain.
 */
function hasMemberOf({ members }: B2B, organization: Organization, domain: string): boolean {
  return members
    .ofOrganization(organization)
    .some(({ email, emailVerified }) => emailVerified && domainOf(email.address) === domain);
}

function discoveredToWire(organization: Organization, { member, ...membership }: Membership, person: Person) {
  const missing = missingFactors(organization, member ?? newcomer, person);
  return {
    organization: organizationToWire(organization),
    membership: { ...membership, member: member && memberToWire(member, organization) },
    ...requirementsToWire(missing, member),
  };
}
