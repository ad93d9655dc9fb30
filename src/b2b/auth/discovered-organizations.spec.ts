import { readOrganizations } from './discovered-organizations.js';

const organization = {
  organization_id: 'organization-test-1',
  organization_slug: 'acme',
  organization_name: 'Acme',
};

describe('the organizations in a response', () => {
  it.each([
    ['active_member', 'member'],
    ['pending_member', 'invited'],
    ['invited_member', 'invited'],
    ['eligible_to_join_by_email_domain', 'eligible'],
    ['eligible_to_join_by_oauth_tenant', 'eligible'],
    ['of_a_new_type', 'eligible'],
  ])('with a membership %s are read as %s', (type, membership) => {
    expect(readOrganizations({ discovered_organizations: [{ organization, membership: { type } }] })).toEqual(
      [{ id: 'organization-test-1', slug: 'acme', name: 'Acme', membership }],
    );
  });

  it.each([
    undefined,
    null,
    {},
    { discovered_organizations: {} },
    { discovered_organizations: [null, 7, {}, { organization: { organization_id: 1 } }] },
  ])('are none in %j', (body) => {
    expect(readOrganizations(body)).toEqual([]);
  });
});
