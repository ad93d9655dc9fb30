import { refuse } from '../../../wire/api-error.js';
import { type NewFactor } from '../../sessions/factors/factor.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';
import { allowsDomainOf, allowsJitProvisioningOf, type Organization } from '../organizations/organization.js';
import { allowedTenant, tenantsOf } from './oauth-tenants.js';

/** Somebody with the email address of the members that the person may become, and what the person has proven. */
export interface Person {
  readonly emailAddress: string;
  readonly factors: readonly NewFactor[];
}

/**
 * By its email domain, or by the workspace of its account at a provider.
 *
 * @throws {ApiError} `email_jit_provisioning_not_allowed`, `invalid_email_for_jit_provisioning`,
 *   `oauth_tenant_jit_provisioning_not_allowed`, `invalid_oauth_tenant_for_jit_provisioning`
 */
export function refuseJitProvisioning(organization: Organization, { emailAddress, factors }: Person): void {
  const tenants = tenantsOf(factors);
  if (allowsJitProvisioningOf(organization, emailAddress) || allowedTenant(organization, tenants)) return;
  if (tenants.length > 0) refuseTenants(organization);
  if (organization.settings.email_jit_provisioning === 'NOT_ALLOWED') {
    refuse(
      400,
      'email_jit_provisioning_not_allowed',
      'The organization does not allow new members to join by their email domain.',
    );
  }
  refuse(
    400,
    'invalid_email_for_jit_provisioning',
    'The domain of the email address is not one of email_allowed_domains of the organization.',
  );
}

function refuseTenants({ settings }: Organization): never {
  return settings.oauth_tenant_jit_provisioning === 'NOT_ALLOWED'
    ? refuse(
        400,
        'oauth_tenant_jit_provisioning_not_allowed',
        'The organization does not allow new members to join by the workspace of their account.',
      )
    : refuse(
        400,
        'invalid_oauth_tenant_for_jit_provisioning',
        'The workspace of the account is not one of allowed_oauth_tenants of the organization.',
      );
}

/** @throws {ApiError} `invalid_email_for_invites` */
export function refuseInvitation(organization: Organization, address: string): void {
  const { email_invites } = organization.settings;
  if (email_invites === 'ALL_ALLOWED') return;
  if (email_invites === 'RESTRICTED' && allowsDomainOf(organization, address)) return;
  refuse(400, 'invalid_email_for_invites', 'The organization does not allow to invite this email address.');
}

/**
 * The member with the address, or else a new one with the status `pending`, if the organization allows that.
 *
 * @throws {ApiError} the errors of `refuseJitProvisioning`
 */
export function findOrProvisionMember(
  { members }: B2B,
  organization: Organization,
  person: Person,
): { member: Member; created: boolean } {
  const { emailAddress } = person;
  const existing = members.findByEmail(organization, emailAddress);
  if (existing) return { member: existing, created: false };
  refuseJitProvisioning(organization, person);
  return { member: members.create(organization, { emailAddress, status: 'pending' }), created: true };
}
