import type { ConnectedApp, M2MClient } from '../identity/client.js';
import type { UserSession } from '../identity/session.js';
import { checkPermission, checkRequirement } from './check-requirement.js';
import { readPolicy } from './policy.js';
import type { Requirement } from './requirement.js';

const nowSeconds = Date.parse('2026-11-20T12:00:00Z') / 1000;
const permissions = [{ resource_id: 'documents', actions: ['read'] }];
const policy = readPolicy({
  policy: {
    resources: [],
    roles: [{ role_id: 'viewer', description: '', permissions }],
    scopes: [{ scope: 'read:documents', description: '', permissions }],
  },
});

const session: UserSession = {
  kind: 'user',
  userId: 'user-test-1',
  sessionId: 'session-test-1',
  startedAt: '2026-11-20T11:00:00Z',
  expiresAt: '2026-11-20T13:00:00Z',
  authenticationFactors: [
    { type: 'magic_link', deliveryMethod: 'email', lastAuthenticatedAt: '2026-11-20T11:00:00Z' },
    { type: 'totp', lastAuthenticatedAt: '2026-11-20T11:50:00Z' },
  ],
  roles: ['stytch_user', 'viewer'],
  customClaims: {},
};
const client: M2MClient = {
  kind: 'm2m_client',
  clientId: 'm2m-client-test-1',
  scopes: ['read:documents', 'write:invoices'],
  expiresAt: '2026-11-20T13:00:00Z',
  customClaims: {},
};
const app: ConnectedApp = {
  ...client,
  kind: 'connected_app',
  clientId: 'connected-app-test-1',
  subject: { kind: 'user', id: 'user-test-1' },
};

const readDocuments = { kind: 'permission', resource: 'documents', action: 'read' } as const;
const writeDocuments = { kind: 'permission', resource: 'documents', action: 'write' } as const;
const decide = (
  requirement: Exclude<Requirement, { kind: 'check' }>,
  principal = session as UserSession | M2MClient | ConnectedApp,
) =>
  requirement.kind === 'permission'
    ? checkPermission(requirement, principal, policy)
    : checkRequirement(requirement, principal, { nowMs: () => nowSeconds * 1000 });

describe('a required permission', () => {
  it('comes from the roles of a session, or from the scopes of an access token', () => {
    expect([session, client, app].map((principal) => decide(readDocuments, principal))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([session, client, app].map((principal) => decide(writeDocuments, principal))).toEqual([
      'permission_missing',
      'permission_missing',
      'permission_missing',
    ]);
  });

  it('is not decided without a policy', () => {
    expect(checkPermission(readDocuments, session, undefined)).toBe('policy_unavailable');
  });
});

describe('required roles', () => {
  it('are met by a session that has one of them', () => {
    expect(decide({ kind: 'roles', anyOf: ['admin', 'viewer'] })).toBeUndefined();
    expect(decide({ kind: 'roles', anyOf: ['admin', 'view'] })).toBe('role_missing');
  });

  it('are not met by a client, whatever its scopes are', () => {
    const scopes = ['viewer'];
    expect(decide({ kind: 'roles', anyOf: ['viewer'] }, { ...client, scopes })).toBe('role_missing');
    expect(decide({ kind: 'roles', anyOf: ['viewer'] }, { ...app, scopes })).toBe('role_missing');
  });
});

describe('required scopes', () => {
  it('are met by an access token that has all of them', () => {
    const both = { kind: 'scopes', allOf: ['read:documents', 'write:invoices'] } as const;
    expect([decide(both, client), decide(both, app)]).toEqual([undefined, undefined]);
    expect(decide({ kind: 'scopes', allOf: ['read:documents', 'write:documents'] }, client)).toBe(
      'scope_missing',
    );
  });

  it('are not met by a session, whatever its roles are', () => {
    expect(decide({ kind: 'scopes', allOf: ['viewer'] })).toBe('scope_missing');
  });
});

describe('required factors', () => {
  it('are met by a session that has all of them', () => {
    expect(decide({ kind: 'factors', allOf: ['totp', 'magic_link'] })).toBeUndefined();
    expect(decide({ kind: 'factors', allOf: ['totp', 'webauthn'] })).toBe('factor_missing');
  });

  it('are not met by a client', () => {
    expect(decide({ kind: 'factors', allOf: ['totp'] }, client)).toBe('factor_missing');
  });
});

describe('a required recent sign-in', () => {
  it('counts from the last factor that the person authenticated with', () => {
    expect(decide({ kind: 'recent_sign_in', withinSeconds: 600 })).toBeUndefined();
    expect(decide({ kind: 'recent_sign_in', withinSeconds: 599 })).toBe('step_up_required');
  });

  it('counts from the start of a session whose factors state no time', () => {
    const withoutTimes = { ...session, authenticationFactors: [{ type: 'totp' }] };
    expect(decide({ kind: 'recent_sign_in', withinSeconds: 3_600 }, withoutTimes)).toBeUndefined();
    expect(decide({ kind: 'recent_sign_in', withinSeconds: 3_599 }, withoutTimes)).toBe('step_up_required');
  });

  it('is not met by someone who impersonates the person, whatever the factors are', () => {
    const signedInNow = new Date(nowSeconds * 1000).toISOString();
    const impersonated = {
      ...session,
      startedAt: signedInNow,
      authenticationFactors: ['impersonated', 'totp'].map((type) => ({
        type,
        lastAuthenticatedAt: signedInNow,
      })),
      impersonator: { emailAddress: 'support@example.com' },
    };
    expect(decide({ kind: 'recent_sign_in', withinSeconds: 3_600 }, impersonated)).toBe('step_up_required');
  });

  it('is not met by a client', () => {
    expect(decide({ kind: 'recent_sign_in', withinSeconds: 3_600 }, app)).toBe('step_up_required');
  });
});

describe('refused impersonation', () => {
  it('refuses an impersonated session, and no other', () => {
    const impersonated = { ...session, impersonator: {} };
    expect([session, client, impersonated].map((one) => decide({ kind: 'no_impersonation' }, one))).toEqual([
      undefined,
      undefined,
      'impersonation_refused',
    ]);
  });
});
