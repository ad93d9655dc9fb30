import { toTimestamp } from '../../../wire/json.js';
import { type Organization } from './organization.js';

/** An organization as the API returns it. It has no SSO and SCIM connections, which the emulator does not serve. */
export function organizationToWire(organization: Organization) {
  return {
    organization_id: organization.organizationId,
    organization_name: organization.name,
    organization_slug: organization.slug,
    organization_logo_url: organization.logoUrl,
    organization_external_id: organization.externalId,
    trusted_metadata: organization.trustedMetadata,
    ...organization.settings,
    custom_roles: organization.customRoles,
    sso_default_connection_id: null,
    sso_active_connections: [],
    scim_active_connection: null,
    created_at: toTimestamp(organization.createdAtSeconds),
    updated_at: toTimestamp(organization.updatedAtSeconds),
  };
}
