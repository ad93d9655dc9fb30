import { isOrganization } from './is-organization.js';

const id = 'organization-test-11111111-1111-4111-8111-111111111111';
const otherId = 'organization-test-22222222-2222-4222-8222-222222222222';

describe('isOrganization', () => {
  it.each([id, 'acme'])('is true for %s', (tenant) => {
    expect(isOrganization({ id, slug: 'acme' }, tenant)).toBe(true);
  });

  it.each(['Acme', 'acme-2', '', otherId, id.toUpperCase()])('is false for %j', (tenant) => {
    expect(isOrganization({ id, slug: 'acme' }, tenant)).toBe(false);
  });

  it.each([otherId, otherId.toUpperCase(), otherId.replace('test', 'live')])(
    'is false for an organization whose slug is the id %s of another',
    (slug) => {
      expect(isOrganization({ id, slug }, slug)).toBe(false);
    },
  );
});
