import { clientFromClaims } from './client-from-claims.js';

const registered = { iss: 'stytch.com/project-test-1', aud: ['project-test-1'], iat: 1, nbf: 1, exp: 3601 };
const m2m = { ...registered, sub: 'm2m-client-test-1', scope: 'read:documents write:documents' };
const connectedApp = {
  ...registered,
  sub: 'user-test-1',
  client_id: 'connected-app-test-1',
  scope: 'openid documents',
  jti: '1',
};
const session = { 'https://stytch.com/session': { id: 'session-test-1' } };
const organization = {
  'https://stytch.com/organization': { organization_id: 'organization-test-1', slug: 'acme' },
};

describe('the client of an access token', () => {
  it('is an M2M client with the scopes and custom claims of the token', () => {
    const client = clientFromClaims({ ...m2m, tier: 'gold' });

    expect(client).toEqual({
      kind: 'm2m_client',
      clientId: 'm2m-client-test-1',
      scopes: ['read:documents', 'write:documents'],
      expiresAt: '1970-01-01T01:00:01.000Z',
      customClaims: { tier: 'gold' },
    });
    expect(Object.isFrozen(client) && Object.isFrozen(client?.scopes)).toBe(true);
  });

  it('is a connected app that acts for a person', () => {
    expect(clientFromClaims(connectedApp)).toEqual({
      kind: 'connected_app',
      clientId: 'connected-app-test-1',
      subject: { kind: 'user', id: 'user-test-1' },
      scopes: ['openid', 'documents'],
      expiresAt: '1970-01-01T01:00:01.000Z',
      customClaims: {},
    });
  });

  it('may be an M2M client whose id was chosen, and which has no scopes', () => {
    const client = clientFromClaims({ ...m2m, sub: 'billing', client_id: 'billing', scope: '' });
    expect(client).toMatchObject({ kind: 'm2m_client', clientId: 'billing', scopes: [], customClaims: {} });
  });

  it('may be a connected app that acts for a member', () => {
    expect(clientFromClaims({ ...connectedApp, ...organization, sub: 'member-test-1' })).toMatchObject({
      subject: { kind: 'member', id: 'member-test-1', organizationId: 'organization-test-1' },
      organization: { id: 'organization-test-1', slug: 'acme' },
      customClaims: {},
    });
  });

  it.each<[string, object]>([
    ['a session JWT', { ...m2m, ...session, sub: 'user-test-1' }],
    ['a session JWT with the subject and scope of a client', { ...m2m, ...session }],
    ['a session JWT with the claims of a connected app', { ...connectedApp, ...session }],
    ['a session claim that is null', { ...m2m, 'https://stytch.com/session': null }],
    ['a session JWT of a member', { ...connectedApp, ...organization, ...session, sub: 'member-test-1' }],
    ['a user of an organization', { ...connectedApp, ...organization }],
    ['an M2M client of an organization', { ...m2m, ...organization }],
    ['a member without an organization', { ...connectedApp, sub: 'member-test-1' }],
    [
      'a member of a malformed organization',
      { ...connectedApp, sub: 'member-test-1', 'https://stytch.com/organization': { slug: 'acme' } },
    ],
    ['a person as its subject and no client', { ...m2m, sub: 'user-test-1' }],
    ['a person as its subject and an M2M client', { ...connectedApp, client_id: 'm2m-client-test-1' }],
    ['a connected app as its subject', { ...m2m, sub: 'connected-app-test-1' }],
    ['a session as its subject', { ...m2m, sub: 'session-test-1' }],
    ['a subject and a client that differ', { ...m2m, client_id: 'm2m-client-test-2' }],
    ['a connected app without a scope', { ...connectedApp, scope: undefined }],
    ['a connected app with an empty scope', { ...connectedApp, scope: '' }],
    ['a scope that is a list', { ...m2m, scope: ['read:documents'] }],
    ['a scope with a tab', { ...m2m, scope: 'read:documents\tadmin' }],
    ['a scope with two spaces', { ...m2m, scope: 'read:documents  admin' }],
    ['a subject that is not a string', { ...m2m, sub: ['m2m-client-test-1'] }],
    ['an empty subject', { ...m2m, sub: '' }],
    ['no subject', { ...m2m, sub: undefined }],
    ['an expiry that is not a time', { ...m2m, exp: Infinity }],
  ])('is not read from %s', (_, claims) => {
    expect(clientFromClaims(claims as Record<string, unknown>)).toBeUndefined();
  });
});
