import { type AuthMethod, type MfaMethod } from '../auth-method.js';

/** A role of all members with a verified email address of a domain. */
export interface ImplicitRoleAssignment {
  readonly domain: string;
  readonly role_id: string;
}

/** How members get into an organization and sign in to it, in the API's field names. */
export interface OrganizationSettings {
  readonly sso_jit_provisioning: 'ALL_ALLOWED' | 'RESTRICTED' | 'NOT_ALLOWED';
  readonly sso_jit_provisioning_allowed_connections: readonly string[];
  readonly email_allowed_domains: readonly string[];
  readonly claimed_email_domains: readonly string[];
  readonly email_jit_provisioning: 'RESTRICTED' | 'NOT_ALLOWED';
  readonly email_invites: 'ALL_ALLOWED' | 'RESTRICTED' | 'NOT_ALLOWED';
  readonly auth_methods: 'ALL_ALLOWED' | 'RESTRICTED';
  readonly allowed_auth_methods: readonly AuthMethod[];
  readonly mfa_policy: 'REQUIRED_FOR_ALL' | 'OPTIONAL';
  readonly mfa_methods: 'ALL_ALLOWED' | 'RESTRICTED';
  readonly allowed_mfa_methods: readonly MfaMethod[];
  readonly rbac_email_implicit_role_assignments: readonly ImplicitRoleAssignment[];
  readonly oauth_tenant_jit_provisioning: 'RESTRICTED' | 'NOT_ALLOWED';
  readonly allowed_oauth_tenants: Readonly<Record<string, readonly string[]>>;
  readonly first_party_connected_apps_allowed_type: 'ALL_ALLOWED' | 'RESTRICTED' | 'NOT_ALLOWED';
  readonly allowed_first_party_connected_apps: readonly string[];
  readonly third_party_connected_apps_allowed_type: 'ALL_ALLOWED' | 'RESTRICTED' | 'NOT_ALLOWED';
  readonly allowed_third_party_connected_apps: readonly string[];
}

/** The documented defaults. */
export const defaultSettings: OrganizationSettings = {
  sso_jit_provisioning: 'ALL_ALLOWED',
  sso_jit_provisioning_allowed_connections: [],
  email_allowed_domains: [],
  claimed_email_domains: [],
  email_jit_provisioning: 'NOT_ALLOWED',
  email_invites: 'ALL_ALLOWED',
  auth_methods: 'ALL_ALLOWED',
  allowed_auth_methods: [],
  mfa_policy: 'OPTIONAL',
  mfa_methods: 'ALL_ALLOWED',
  allowed_mfa_methods: [],
  rbac_email_implicit_role_assignments: [],
  oauth_tenant_jit_provisioning: 'NOT_ALLOWED',
  allowed_oauth_tenants: {},
  first_party_connected_apps_allowed_type: 'ALL_ALLOWED',
  allowed_first_party_connected_apps: [],
  third_party_connected_apps_allowed_type: 'ALL_ALLOWED',
  allowed_third_party_connected_apps: [],
};
