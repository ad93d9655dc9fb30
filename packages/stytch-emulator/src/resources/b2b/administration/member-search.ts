import { refuse } from '../../../wire/api-error.js';
import { type ApiCall } from '../../../wire/operation.js';
import { isSameAddress } from '../../email-address.js';
import { searchPage } from '../../search-page.js';
import { type B2B } from '../b2b.js';
import { roleIdsOf } from '../members/member-roles.js';
import { type Member } from '../members/member.js';
import { memberToWire } from '../members/member.wire.js';
import { type Organization } from '../organizations/organization.js';
import { organizationToWire } from '../organizations/organization.wire.js';
import { callerOf } from '../rbac/caller.js';
import { type FilterFactory, filtersOf, readQuery } from './search-filters.js';

const kind = 'member_search';

/**
 * One page of the members of the organizations that match all (AND) or any (OR) of the operands, oldest first.
 * Deleted members are found only by their status.
 */
export function searchMembers(b2b: B2B, call: ApiCall) {
  const { fields } = call;
  const organizations = readOrganizations(b2b, call);
  const query = fields.fields('query');
  const byId = new Map(organizations.map((organization) => [organization.organizationId, organization]));
  const organizationOf = (member: Member) =>
    byId.get(member.organizationId) ?? b2b.organizations.get(member.organizationId);
  const matches = readQuery(query, kind, filters(organizationOf));
  const isSearched = wantsDeleted(query?.any('operands'))
    ? () => true
    : ({ status }: Member) => status !== 'deleted';
  const found = b2b.members.entries
    .all()
    .filter((member) => byId.has(member.organizationId) && isSearched(member) && matches(member));
  // The official list of error types has none for the limit and the cursor of this search.
  const { page, results_metadata } = searchPage(found, fields, {
    idOf: ({ memberId }) => memberId,
    invalidLimit: 'bad_request',
    invalidCursor: 'bad_request',
  });
  return {
    members: page.map((member) => memberToWire(member, organizationOf(member))),
    organizations: Object.fromEntries(
      organizations.map((organization) => [organization.organizationId, organizationToWire(organization)]),
    ),
    results_metadata,
  };
}

/** @throws {ApiError} `member_search_organization_ids_empty`, `organization_not_found`, and those of permissions */
function readOrganizations(b2b: B2B, call: ApiCall): Organization[] {
  const ids = call.fields.strings('organization_ids') ?? [];
  if (ids.length === 0) {
    refuse(400, 'member_search_organization_ids_empty', 'organization_ids must have at least one id.');
  }
  return ids.map((id) => {
    const organization = b2b.organizations.get(id);
    callerOf(b2b, call, organization).require('stytch.member', 'search');
    return organization;
  });
}

function wantsDeleted(operands: unknown): boolean {
  return (
    Array.isArray(operands) &&
    operands.some(
      ({ filter_name, filter_value }: { filter_name?: unknown; filter_value?: unknown }) =>
        filter_name === 'statuses' && Array.isArray(filter_value) && filter_value.includes('deleted'),
    )
  );
}

function filters(organizationOf: (member: Member) => Organization): Record<string, FilterFactory<Member>> {
  const { oneOf, is, equals, contains } = filtersOf<Member>(kind);
  return {
    member_ids: oneOf(({ memberId, externalId }, id) => memberId === id || externalId === id),
    member_emails: oneOf(({ email }, address) => isSameAddress(email.address, address)),
    member_email_fuzzy: contains(({ email }) => [email.address], `${kind}_member_email_fuzzy_too_short`),
    member_is_breakglass: is(({ isBreakglass }) => isBreakglass),
    member_roles: oneOf((member, role) => roleIdsOf(member, organizationOf(member)).includes(role)),
    statuses: oneOf(({ status }, wanted) => status === wanted),
    member_phone_numbers: oneOf(({ mfaPhoneNumber }, number) => mfaPhoneNumber === number),
    member_phone_number_fuzzy: contains(
      ({ mfaPhoneNumber }) => [mfaPhoneNumber],
      `${kind}_member_mfa_phone_number_fuzzy_too_short`,
    ),
    member_mfa_phone_numbers: oneOf(({ mfaPhoneNumber }, number) => mfaPhoneNumber === number),
    member_mfa_phone_number_fuzzy: contains(
      ({ mfaPhoneNumber }) => [mfaPhoneNumber],
      `${kind}_member_mfa_phone_number_fuzzy_too_short`,
    ),
    member_password_exists: is(({ password }) => password !== null),
    // No member of the emulator has an authenticator app.
    member_totp_exists: is(() => false),
    oauth_providers: oneOf(({ oauthRegistrations }, wanted) =>
      oauthRegistrations.some(({ provider }) => provider === wanted.toLowerCase()),
    ),
    organization_slug: equals((member, slug) => organizationOf(member).slug === slug),
    organization_slug_fuzzy: contains(
      (member) => [organizationOf(member).slug],
      `${kind}_organization_slug_fuzzy_too_short`,
    ),
  };
}
