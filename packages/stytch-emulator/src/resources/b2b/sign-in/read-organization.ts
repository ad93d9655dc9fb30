import { type Fields } from '../../../wire/fields.js';
import { type B2B } from '../b2b.js';
import { type Organization, refuseSuspended } from '../organizations/organization.js';

/**
 * The organization that somebody signs in to.
 *
 * @throws {ApiError} `invalid_organization_id`, `organization_not_found`, `organization_suspended`
 */
export function readOrganization({ organizations }: B2B, fields: Fields): Organization {
  const organization = organizations.get(fields.string('organization_id') ?? '');
  refuseSuspended(organization);
  return organization;
}
