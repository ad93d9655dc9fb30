import { refuse } from '../../../wire/api-error.js';
import { domainOf } from '../../email-address.js';
import { type RbacPolicy } from '../../rbac/policy.js';
import { type AuthMethod } from '../auth-method.js';
import { type OrganizationSettings } from './organization-settings.js';

/** A tenant of a B2B project. */
export interface Organization {
  readonly organizationId: string;
  readonly name: string;
  /** Unique in the project; can be used in place of the id. */
  readonly slug: string;
  readonly logoUrl: string;
  /** Unique in the project; can be used in place of the id. */
  readonly externalId: string | null;
  readonly trustedMetadata: Readonly<Record<string, unknown>>;
  readonly settings: OrganizationSettings;
  /** Roles that are defined for this organization only. */
  readonly customRoles: RbacPolicy['roles'];
  /** Whether nobody can sign in to it. */
  readonly isSuspended: boolean;
  readonly createdAtSeconds: number;
  readonly updatedAtSeconds: number;
}

/** Whether the organization lets its members sign in with a method. */
export function allowsMethod({ settings }: Organization, method: AuthMethod): boolean {
  return settings.auth_methods === 'ALL_ALLOWED' || settings.allowed_auth_methods.includes(method);
}

/** Whether the domain of the address is one of `email_allowed_domains`. */
export function allowsDomainOf({ settings }: Organization, address: string): boolean {
  return settings.email_allowed_domains.includes(domainOf(address));
}

/** Whether somebody with the address, who has proven to own it, may become a member. */
export function allowsJitProvisioningOf(organization: Organization, address: string): boolean {
  return (
    organization.settings.email_jit_provisioning === 'RESTRICTED' && allowsDomainOf(organization, address)
  );
}

/** @throws {ApiError} `organization_suspended` */
export function refuseSuspended({ isSuspended }: Organization): void {
  if (isSuspended) refuse(403, 'organization_suspended', 'The organization is suspended.');
}

/** The organization in the JWTs of its members. */
export function organizationClaims({ organizationId, slug }: Organization) {
  return { 'https://stytch.com/organization': { organization_id: organizationId, slug } };
}
