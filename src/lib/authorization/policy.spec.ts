import { verifiedJwt } from '../../../test/support/verified-jwt.js';
import type { M2MClient } from '../identity/client.js';
import { isPermitted, readPolicy, type Policy } from './policy.js';

const body = {
  policy: {
    resources: [{ resource_id: 'documents', description: '', actions: ['read', 'write'] }],
    roles: [
      {
        role_id: 'viewer',
        description: '',
        permissions: [{ resource_id: 'documents', actions: ['read'] }],
      },
      { role_id: 'owner', description: '', permissions: [{ resource_id: 'documents', actions: ['*'] }] },
      { role_id: 'everything', description: '', permissions: [{ resource_id: '*', actions: ['*'] }] },
    ],
    scopes: [
      {
        scope: 'write:documents',
        description: '',
        permissions: [
          { resource_id: 'documents', actions: ['read'] },
          { resource_id: 'documents', actions: ['write'] },
        ],
      },
    ],
  },
};
const policy = readPolicy(body) as Policy;
const { session } = verifiedJwt(1_800_000_000);
const client: M2MClient = {
  kind: 'm2m_client',
  clientId: 'm2m-client-test-1',
  scopes: [],
  expiresAt: '2026-11-20T13:00:00Z',
  customClaims: {},
};
/** Of a session with these roles. */
const may = (roles: string[], action: string, resource = 'documents') =>
  isPermitted(policy, { ...session, roles }, resource, action);
/** Of a client whose access token has these scopes. */
const clientMay = (scopes: string[], action: string, resource = 'documents') =>
  isPermitted(policy, { ...client, scopes }, resource, action);

describe('the permissions that a policy gives', () => {
  it('allow a role the actions that it lists, and no others', () => {
    expect([may(['viewer'], 'read'), may(['viewer'], 'write')]).toEqual([true, false]);
  });

  it('allow every action on a resource with the action *', () => {
    expect([may(['owner'], 'write'), may(['owner'], 'shred'), may(['owner'], 'read', 'invoices')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('allow nothing on other resources with the resource *', () => {
    expect([may(['everything'], 'read'), may(['everything'], 'read', 'invoices')]).toEqual([false, false]);
  });

  it('are those of all roles of a session together', () => {
    expect([may(['unknown', 'viewer'], 'read'), may(['viewer', 'owner'], 'write'), may([], 'read')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('are those of all scopes of an access token together', () => {
    expect([
      clientMay(['unknown', 'write:documents'], 'read'),
      clientMay(['write:documents'], 'write'),
      clientMay(['write:documents'], 'write', 'invoices'),
      clientMay([], 'read'),
    ]).toEqual([true, true, false, false]);
  });

  it('come neither from scopes that a session has, nor from roles that a client has', () => {
    const roles = ['owner'];
    const scopes = ['write:documents'];
    const mixed = [
      { ...session, scopes },
      { ...client, roles },
    ];

    expect(mixed.map((principal) => isPermitted(policy, principal, 'documents', 'write'))).toEqual([
      false,
      false,
    ]);
  });

  it.each(['Viewer', 'viewer ', 'view', 'viewers', '*', '', 'constructor', '__proto__'])(
    'are none for a role that only resembles one: %j',
    (role) => {
      expect(may([role], 'read')).toBe(false);
    },
  );

  it('do not include the action * for a role that lists single actions', () => {
    expect([may(['viewer'], '*'), may(['owner'], '*')]).toEqual([false, true]);
  });

  it('of a role are not those of a scope with the same name', () => {
    expect([may(['write:documents'], 'write'), clientMay(['viewer'], 'read')]).toEqual([false, false]);
  });
});

describe('the response of the policy operation', () => {
  it('may have no roles and no scopes, which allows nothing', () => {
    const empty = readPolicy({ policy: { roles: [], resources: [], scopes: [] } }) as Policy;
    expect(isPermitted(empty, { ...session, roles: ['viewer'] }, 'documents', 'read')).toBe(false);
  });

  it.each<[string, unknown]>([
    ['is not an object', []],
    ['has no policy', { status_code: 200 }],
    ['has a policy that is a list', { policy: [] }],
    ['has no roles', { policy: { scopes: [] } }],
    ['has no scopes', { policy: { roles: [] } }],
    ['has a role without an id', { policy: { roles: [{ permissions: [] }], scopes: [] } }],
    ['has a role without permissions', { policy: { roles: [{ role_id: 'viewer' }], scopes: [] } }],
    [
      'has actions that are a string',
      {
        policy: {
          roles: [{ role_id: 'viewer', permissions: [{ resource_id: 'documents', actions: 'read' }] }],
          scopes: [],
        },
      },
    ],
    [
      'has an action that is not a string',
      {
        policy: {
          roles: [{ role_id: 'viewer', permissions: [{ resource_id: 'documents', actions: [1] }] }],
          scopes: [],
        },
      },
    ],
  ])('is not used when it %s', (_, response) => {
    expect(readPolicy(response)).toBeUndefined();
  });
});
