import { type ApiCall } from '../../../wire/operation.js';
import { mergeMetadata } from '../../metadata.js';
import { type Resource } from '../../resource.js';
import { type B2B } from '../b2b.js';
import { type Organization } from '../organizations/organization.js';
import { checkName } from '../organizations/organization-names.js';
import { organizationToWire } from '../organizations/organization.wire.js';
import { checkSettings, readSettings } from '../organizations/read-settings.js';
import { findBySlug } from './find-by-slug.js';
import { callerOf } from '../rbac/caller.js';
import { byMember } from '../sessions/as-member.js';
import { checkReferences, createOrganization } from './create-organization.js';
import { organizationPermissions } from './organization-permissions.js';
import { searchOrganizations } from './organization-search.js';
import { organizationOf } from './path-parameters.js';
import { seedOrganizations } from './seed-organizations.js';
import { refuseTrustedMetadata } from './trusted-metadata.js';

/** Organizations. Wherever an operation takes an `organization_id`, it takes a slug or an external id too. */
export function organizationsResource(b2b: B2B): Resource {
  return {
    name: 'organizations',
    routes: {
      'POST /v1/b2b/organizations': ({ fields }) => toResponse(createOrganization(b2b, fields)),
      'GET /v1/b2b/organizations/{organization_id}': (call) => get(b2b, call),
      'PUT /v1/b2b/organizations/{organization_id}': (call) => update(b2b, call),
      'DELETE /v1/b2b/organizations/{organization_id}': (call) => remove(b2b, call),
      'POST /v1/b2b/organizations/search': ({ fields }) => searchOrganizations(b2b, fields),
      'GET /v1/b2b/organizations/{organization_id}/metrics': (call) => metrics(b2b, call),
      'DELETE /v1/b2b/organizations/{organization_id}/external_id': (call) => removeExternalId(b2b, call),
    },
    sdkRoutes: {
      'GET /sdk/v1/b2b/organizations/me': byMember(b2b, get),
      'PUT /sdk/v1/b2b/organizations/me': byMember(b2b, update),
      'DELETE /sdk/v1/b2b/organizations/me': byMember(b2b, remove),
      'POST /sdk/v1/b2b/organizations/search': ({ fields }) => findBySlug(b2b, fields),
    },
    entries: b2b.organizations.entries,
    webhookObjects: {
      objectType: 'organization',
      find: (id) => {
        const organization = b2b.organizations.entries.get(id);
        return organization && organizationToWire(organization);
      },
    },
    seed: seedOrganizations(b2b),
  };
}

function get(b2b: B2B, call: ApiCall) {
  return toResponse(organizationOf(b2b, call));
}

/** Validates everything before it changes the organization. */
function update(b2b: B2B, call: ApiCall) {
  const { organizations } = b2b;
  const { fields } = call;
  const organization = organizationOf(b2b, call);
  const caller = callerOf(b2b, call, organization);
  for (const [field, action] of Object.entries(organizationPermissions)) {
    if (fields.any(field) !== undefined) caller.require('stytch.organization', action);
  }
  if (caller.member && fields.any('trusted_metadata') !== undefined) refuseTrustedMetadata();
  const settings = checkSettings({ ...organization.settings, ...readSettings(fields) });
  checkReferences(b2b, organization.organizationId, settings);
  const slug = fields.string('organization_slug');
  const externalId = fields.string('organization_external_id');
  const changes: Partial<Organization> = {
    name: checkName(fields.string('organization_name') ?? organization.name),
    slug: slug === undefined ? organization.slug : organizations.checkFreeSlug(slug, organization),
    externalId:
      externalId === undefined
        ? organization.externalId
        : organizations.checkFreeExternalId(externalId, organization),
    logoUrl: fields.string('organization_logo_url') ?? organization.logoUrl,
    trustedMetadata: mergeMetadata(organization.trustedMetadata, fields.any('trusted_metadata')),
    settings,
  };
  Object.assign(organizations.edit(organization), changes);
  return toResponse(organization);
}

function remove(b2b: B2B, call: ApiCall) {
  const organization = organizationOf(b2b, call);
  callerOf(b2b, call, organization).require('stytch.organization', 'delete');
  b2b.organizations.delete(organization);
  return { organization_id: organization.organizationId };
}

/** Deleted members do not count. */
function metrics(b2b: B2B, call: ApiCall) {
  return { member_count: b2b.members.ofOrganization(organizationOf(b2b, call)).length };
}

/** Which action is required is not documented; here it is none that a member can have. */
function removeExternalId(b2b: B2B, call: ApiCall) {
  const organization = organizationOf(b2b, call);
  callerOf(b2b, call, organization).require('stytch.organization', 'update.info.external-id');
  b2b.organizations.edit(organization).externalId = null;
  return toResponse(organization);
}

function toResponse(organization: Organization) {
  return { organization: organizationToWire(organization) };
}
