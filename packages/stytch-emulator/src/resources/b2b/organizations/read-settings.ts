import { refuse } from '../../../wire/api-error.js';
import { type Fields, isStrings } from '../../../wire/fields.js';
import { isObject } from '../../../wire/json.js';
import { authMethods, mfaMethods } from '../auth-method.js';
import { checkDomains } from './email-domains.js';
import { type ImplicitRoleAssignment, type OrganizationSettings } from './organization-settings.js';

const allowance = ['ALL_ALLOWED', 'RESTRICTED', 'NOT_ALLOWED'] as const;
const restriction = ['RESTRICTED', 'NOT_ALLOWED'] as const;
const methodRestriction = ['ALL_ALLOWED', 'RESTRICTED'] as const;

/**
 * The settings that the request contains.
 *
 * @throws {ApiError} `bad_request`, and the error types below for invalid values
 */
export function readSettings(fields: Fields): Partial<OrganizationSettings> {
  const settings: { [Name in keyof OrganizationSettings]: OrganizationSettings[Name] | undefined } = {
    sso_jit_provisioning: oneOf(fields, 'sso_jit_provisioning', allowance, provisioning.sso),
    sso_jit_provisioning_allowed_connections: fields.strings('sso_jit_provisioning_allowed_connections'),
    email_allowed_domains: checkDomains(fields.strings('email_allowed_domains'), {
      invalid: 'organization_settings_invalid_domain',
      tooCommon: 'organization_settings_domain_too_common',
      duplicate: 'organization_settings_duplicate_domain',
    }),
    claimed_email_domains: checkDomains(fields.strings('claimed_email_domains'), {
      invalid: 'organization_settings_invalid_claimed_domain',
      tooCommon: 'organization_settings_claimed_domain_too_common',
      duplicate: 'organization_settings_duplicate_claimed_domain',
    }),
    email_jit_provisioning: oneOf(fields, 'email_jit_provisioning', restriction, provisioning.email),
    email_invites: oneOf(fields, 'email_invites', allowance, provisioning.sso),
    auth_methods: oneOf(
      fields,
      'auth_methods',
      methodRestriction,
      'invalid_organization_auth_method_settings',
    ),
    allowed_auth_methods: listOf(
      fields,
      'allowed_auth_methods',
      authMethods,
      'invalid_organization_allowed_auth_methods',
    ),
    mfa_policy: oneOf(
      fields,
      'mfa_policy',
      ['REQUIRED_FOR_ALL', 'OPTIONAL'],
      'invalid_organization_mfa_policy',
    ),
    mfa_methods: oneOf(fields, 'mfa_methods', methodRestriction, 'invalid_organization_mfa_factor_setting'),
    allowed_mfa_methods: listOf(
      fields,
      'allowed_mfa_methods',
      mfaMethods,
      'invalid_organization_allowed_mfa_methods',
    ),
    rbac_email_implicit_role_assignments: readRoleAssignments(fields),
    oauth_tenant_jit_provisioning: oneOf(
      fields,
      'oauth_tenant_jit_provisioning',
      restriction,
      provisioning.oauthTenant,
    ),
    allowed_oauth_tenants: readTenants(fields),
    first_party_connected_apps_allowed_type: oneOf(
      fields,
      'first_party_connected_apps_allowed_type',
      allowance,
      'bad_request',
    ),
    allowed_first_party_connected_apps: fields.strings('allowed_first_party_connected_apps'),
    third_party_connected_apps_allowed_type: oneOf(
      fields,
      'third_party_connected_apps_allowed_type',
      allowance,
      'bad_request',
    ),
    allowed_third_party_connected_apps: fields.strings('allowed_third_party_connected_apps'),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

const provisioning = {
  sso: 'invalid_organization_auth_factor_setting',
  email: 'invalid_organization_auth_factor_setting_for_email_jit_provisioning',
  oauthTenant: 'invalid_organization_auth_factor_setting_for_oauth_tenant_jit_provisioning',
};

/**
 * Checks settings that depend on each other.
 *
 * @throws {ApiError} `allowed_auth_methods_required_for_restricted`, `allowed_mfa_methods_required_for_restricted`,
 *   `invalid_restricted_email_setting`, `invalid_restricted_oauth_tenants_setting`,
 *   `invalid_organization_auth_factor_setting` if there is no way to add members
 */
export function checkSettings(settings: OrganizationSettings): OrganizationSettings {
  const { email_jit_provisioning, email_invites, sso_jit_provisioning, oauth_tenant_jit_provisioning } =
    settings;
  if (settings.auth_methods === 'RESTRICTED' && settings.allowed_auth_methods.length === 0) {
    refuse(
      400,
      'allowed_auth_methods_required_for_restricted',
      'allowed_auth_methods is required if auth_methods is RESTRICTED.',
    );
  }
  if (settings.mfa_methods === 'RESTRICTED' && settings.allowed_mfa_methods.length === 0) {
    refuse(
      400,
      'allowed_mfa_methods_required_for_restricted',
      'allowed_mfa_methods is required if mfa_methods is RESTRICTED.',
    );
  }
  const restrictsDomains = [email_jit_provisioning, email_invites].includes('RESTRICTED');
  if (restrictsDomains && settings.email_allowed_domains.length === 0) {
    refuse(
      400,
      'invalid_restricted_email_setting',
      'email_allowed_domains is required if email_jit_provisioning or email_invites is RESTRICTED.',
    );
  }
  const hasTenants = Object.values(settings.allowed_oauth_tenants).some((tenants) => tenants.length > 0);
  if (oauth_tenant_jit_provisioning === 'RESTRICTED' && !hasTenants) {
    refuse(
      400,
      'invalid_restricted_oauth_tenants_setting',
      'allowed_oauth_tenants is required if oauth_tenant_jit_provisioning is RESTRICTED.',
    );
  }
  const ways = [email_jit_provisioning, email_invites, sso_jit_provisioning, oauth_tenant_jit_provisioning];
  if (ways.every((way) => way === 'NOT_ALLOWED')) {
    refuse(400, 'invalid_organization_auth_factor_setting', 'There must be a way to add members.');
  }
  return settings;
}

function oneOf<Value extends string>(
  fields: Fields,
  name: string,
  values: readonly Value[],
  errorType: string,
): Value | undefined {
  const given = fields.any(name);
  if (given === undefined) return undefined;
  return (
    values.find((value) => value === given) ??
    refuse(400, errorType, `${name} must be one of ${values.join(', ')}.`)
  );
}

function listOf<Value extends string>(
  fields: Fields,
  name: string,
  values: readonly Value[],
  errorType: string,
): Value[] | undefined {
  const given = fields.strings(name);
  if (given === undefined) return undefined;
  if (given.every((item): item is Value => values.some((value) => value === item))) return given;
  return refuse(400, errorType, `${name} must be a list of ${values.join(', ')}.`);
}

function readRoleAssignments(fields: Fields): ImplicitRoleAssignment[] | undefined {
  const name = 'rbac_email_implicit_role_assignments';
  const given = fields.any(name);
  if (given === undefined) return undefined;
  const isAssignment = (value: unknown): value is ImplicitRoleAssignment =>
    isObject(value) && typeof value['domain'] === 'string' && typeof value['role_id'] === 'string';
  if (!Array.isArray(given) || !given.every(isAssignment)) {
    return refuse(
      400,
      'invalid_rbac_role_assignment',
      `${name} must be a list of objects with domain and role_id.`,
    );
  }
  const errors = { invalid: 'rbac_invalid_domain', tooCommon: 'rbac_domain_too_common' };
  return given.map(({ domain, role_id }) => ({
    domain: checkDomains([domain], errors)?.[0] ?? domain,
    role_id,
  }));
}

const tenantProviders = ['slack', 'hubspot', 'github'];

function readTenants(fields: Fields): OrganizationSettings['allowed_oauth_tenants'] | undefined {
  const given = fields.object('allowed_oauth_tenants');
  if (given === undefined) return undefined;
  const isValid = Object.entries(given).every(
    ([provider, tenants]) => tenantProviders.includes(provider) && isStrings(tenants),
  );
  if (isValid) return given as OrganizationSettings['allowed_oauth_tenants'];
  return refuse(
    400,
    'invalid_restricted_oauth_tenants_setting',
    `allowed_oauth_tenants must have lists of strings for ${tenantProviders.join(', ')}.`,
  );
}
