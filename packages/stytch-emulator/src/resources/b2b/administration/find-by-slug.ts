import { type Fields } from '../../../wire/fields.js';
import { type B2B } from '../b2b.js';
import { organizationToWire } from '../organizations/organization.wire.js';

/**
 * What a page may know of an organization before anybody signs in to it: how its members sign in. The fields are those in
 * the types of the web SDK.
 */
export function findBySlug({ organizations }: B2B, fields: Fields) {
  const found = organizations.findBySlug(fields.string('organization_slug') ?? '');
  if (found === undefined) return { organization: null };
  const organization = organizationToWire(found);
  return {
    organization: {
      organization_id: organization.organization_id,
      organization_name: organization.organization_name,
      organization_slug: organization.organization_slug,
      organization_logo_url: organization.organization_logo_url,
      sso_active_connections: organization.sso_active_connections,
      sso_default_connection_id: organization.sso_default_connection_id,
      email_jit_provisioning: organization.email_jit_provisioning,
      email_allowed_domains: organization.email_allowed_domains,
      oauth_tenant_jit_provisioning: organization.oauth_tenant_jit_provisioning,
      allowed_oauth_tenants: organization.allowed_oauth_tenants,
      auth_methods: organization.auth_methods,
      allowed_auth_methods: organization.allowed_auth_methods,
      mfa_policy: organization.mfa_policy,
    },
  };
}
