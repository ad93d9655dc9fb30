import { type Fields } from '../../../wire/fields.js';
import { isSameAddress } from '../../email-address.js';
import { searchPage } from '../../search-page.js';
import { type B2B } from '../b2b.js';
import { type Organization } from '../organizations/organization.js';
import { organizationToWire } from '../organizations/organization.wire.js';
import { type FilterFactory, filtersOf, readQuery } from './search-filters.js';

const kind = 'organization_search';

/** One page of the organizations that match all (AND) or any (OR) of the operands, oldest first. */
export function searchOrganizations(b2b: B2B, fields: Fields) {
  const matches = readQuery(fields.fields('query'), kind, filters(b2b));
  // The official list of error types has none for the limit and the cursor of this search.
  const { page, results_metadata } = searchPage(b2b.organizations.all().filter(matches), fields, {
    idOf: ({ organizationId }) => organizationId,
    invalidLimit: 'bad_request',
    invalidCursor: 'bad_request',
  });
  return { organizations: page.map(organizationToWire), results_metadata };
}

function filters({ members }: B2B): Record<string, FilterFactory<Organization>> {
  const { oneOf, is, equals, contains } = filtersOf<Organization>(kind);
  const addressesOf = (organization: Organization) =>
    members.ofOrganization(organization).map(({ email }) => email.address);
  return {
    organization_ids: oneOf(
      ({ organizationId, externalId }, id) => organizationId === id || externalId === id,
    ),
    organization_slugs: oneOf(({ slug }, wanted) => slug.toLowerCase() === wanted.toLowerCase()),
    organization_name_fuzzy: contains(({ name }) => [name], `${kind}_organization_name_fuzzy_too_short`),
    organization_slug_fuzzy: contains(({ slug }) => [slug], `${kind}_organization_slug_fuzzy_too_short`),
    member_emails: oneOf((organization, wanted) =>
      addressesOf(organization).some((address) => isSameAddress(address, wanted)),
    ),
    member_email_fuzzy: contains(addressesOf, `${kind}_member_email_fuzzy_too_short`),
    allowed_domains: oneOf(({ settings }, domain) =>
      settings.email_allowed_domains.includes(domain.toLowerCase()),
    ),
    allowed_domain_fuzzy: contains(
      ({ settings }) => settings.email_allowed_domains,
      `${kind}_allowed_domain_fuzzy_too_short`,
    ),
    claimed_email_domains: oneOf(({ settings }, domain) =>
      settings.claimed_email_domains.includes(domain.toLowerCase()),
    ),
    // No organization of the emulator has an SSO connection.
    has_active_sso_connection: is(() => false),
    sso_connection_id: equals(() => false),
  };
}
