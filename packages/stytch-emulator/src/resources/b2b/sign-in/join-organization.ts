import { refuse } from '../../../wire/api-error.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';
import { allowsDomainOf, allowsJitProvisioningOf, type Organization } from '../organizations/organization.js';

/** @throws {ApiError} `email_jit_provisioning_not_allowed`, `invalid_email_for_jit_provisioning` */
export function refuseJitProvisioning(organization: Organization, address: string): void {
  if (organization.settings.email_jit_provisioning === 'NOT_ALLOWED') {
    refuse(
      400,
      'email_jit_provisioning_not_allowed',
      'The organization does not allow new members to join by their email domain.',
    );
  }
  if (allowsJitProvisioningOf(organization, address)) return;
  refuse(
    400,
    'invalid_email_for_jit_provisioning',
    'The domain of the email address is not one of email_allowed_domains of the organization.',
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
 * The member with the address, or else a new one, if the organization allows that.
 *
 * @param status of a new member
 * @throws {ApiError} the errors of `refuseJitProvisioning`
 */
export function findOrProvisionMember(
  { members }: B2B,
  organization: Organization,
  address: string,
  status: 'pending' | 'active',
): { member: Member; created: boolean } {
  const existing = members.findByEmail(organization, address);
  if (existing) return { member: existing, created: false };
  refuseJitProvisioning(organization, address);
  return { member: members.create(organization, { emailAddress: address, status }), created: true };
}
