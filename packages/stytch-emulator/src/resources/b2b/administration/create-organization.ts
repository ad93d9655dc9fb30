import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { mergeMetadata } from '../../metadata.js';
import { type B2B } from '../b2b.js';
import { type Organization } from '../organizations/organization.js';
import { defaultSettings, type OrganizationSettings } from '../organizations/organization-settings.js';
import { checkSettings, readSettings } from '../organizations/read-settings.js';

/**
 * Creates the organization that the request describes.
 *
 * @param defaultName of an organization without a name
 * @throws {ApiError} the errors of invalid names, settings and metadata
 */
export function createOrganization(b2b: B2B, fields: Fields, defaultName = ''): Organization {
  const organizationId = b2b.identifiers.id('organization');
  const settings = readNewSettings(fields);
  checkReferences(b2b, organizationId, settings);
  return b2b.organizations.create({
    organizationId,
    name: fields.string('organization_name') ?? defaultName,
    slug: fields.string('organization_slug'),
    logoUrl: fields.string('organization_logo_url'),
    externalId: fields.string('organization_external_id'),
    trustedMetadata: mergeMetadata({}, fields.any('trusted_metadata')),
    settings,
  });
}

/** As documented, members can be invited by default only if no other way of adding them is set. */
function readNewSettings(fields: Fields): OrganizationSettings {
  const given = readSettings(fields);
  const ways = ['sso_jit_provisioning', 'email_jit_provisioning', 'oauth_tenant_jit_provisioning'];
  const email_invites = ways.some((way) => way in given) ? 'NOT_ALLOWED' : 'ALL_ALLOWED';
  return checkSettings({ ...defaultSettings, email_invites, ...given });
}

/**
 * Checks the roles that the settings name, and the domains that no other organization may claim.
 *
 * @throws {ApiError} `invalid_role`, `organization_settings_duplicate_claimed_domain`
 */
export function checkReferences(
  { organizations, rbac }: B2B,
  organizationId: string,
  settings: OrganizationSettings,
): void {
  const roles = settings.rbac_email_implicit_role_assignments.map(({ role_id }) => role_id);
  rbac.requireRoles(roles, organizations.find(organizationId)?.customRoles);
  const claimed = organizations
    .all()
    .filter((other) => other.organizationId !== organizationId)
    .flatMap((other) => other.settings.claimed_email_domains);
  if (!settings.claimed_email_domains.some((domain) => claimed.includes(domain))) return;
  refuse(
    400,
    'organization_settings_duplicate_claimed_domain',
    'Another organization claims one of the domains.',
  );
}
