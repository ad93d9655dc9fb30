import { sessionClaim, sessionClaims } from '../../../test/support/session-tokens.js';
import { memberSessionFromClaims } from './member-session-from-claims.js';
import { userSessionFromClaims } from './user-session-from-claims.js';

const now = 1_800_000_000;
const userClaims = sessionClaims({ projectId: 'project-test-1', nowSeconds: now });
const organization = { organization_id: 'organization-test-1', slug: 'acme' };
const claims = {
  ...userClaims,
  sub: 'member-test-1',
  'https://stytch.com/session': {
    ...sessionClaim(now),
    id: 'member-session-test-1',
    roles: ['stytch_member'],
  },
  'https://stytch.com/organization': organization,
};

describe('the session of a member', () => {
  it('has the member, their organization and the fields of every session', () => {
    const claimed = memberSessionFromClaims({ ...claims, team: 'engines' });

    expect(claimed).toEqual({
      session: {
        kind: 'member',
        memberId: 'member-test-1',
        organization: { id: 'organization-test-1', slug: 'acme' },
        sessionId: 'member-session-test-1',
        email: 'ada@example.com',
        startedAt: '2027-01-15T08:00:00.000Z',
        expiresAt: '2027-01-15T09:00:00.000Z',
        authenticationFactors: [
          {
            type: 'magic_link',
            deliveryMethod: 'email',
            emailAddress: 'ada@example.com',
            lastAuthenticatedAt: '2027-01-15T08:00:00.000Z',
          },
        ],
        roles: ['stytch_member'],
        customClaims: { team: 'engines' },
      },
      startedAtSeconds: now,
      expiresAtSeconds: now + 3600,
    });
    expect([claimed?.session, claimed?.session.organization].every(Object.isFrozen)).toBe(true);
  });

  it('may have an id that starts like the one of a user', () => {
    const session = { ...sessionClaim(now), id: 'session-test-1' };

    expect(
      memberSessionFromClaims({ ...claims, 'https://stytch.com/session': session })?.session.sessionId,
    ).toBe('session-test-1');
  });

  it.each<[string, object]>([
    ['a user as its subject', { sub: 'user-test-1' }],
    ['a session as its subject', { sub: 'member-session-test-1' }],
    ['no session claim', { 'https://stytch.com/session': undefined }],
    [
      'another id in its session claim',
      { 'https://stytch.com/session': { ...sessionClaim(now), id: 'member-1' } },
    ],
    ['no organization claim', { 'https://stytch.com/organization': undefined }],
    ['an organization claim that is a string', { 'https://stytch.com/organization': 'organization-test-1' }],
    ['an organization claim that is a list', { 'https://stytch.com/organization': [organization] }],
    ['no organization id', { 'https://stytch.com/organization': { slug: 'acme' } }],
    [
      'another organization id',
      { 'https://stytch.com/organization': { ...organization, organization_id: 'acme' } },
    ],
    [
      'two organization ids',
      { 'https://stytch.com/organization': { ...organization, organization_id: ['organization-test-1'] } },
    ],
    ['no slug', { 'https://stytch.com/organization': { organization_id: 'organization-test-1' } }],
    ['a slug with a slash', { 'https://stytch.com/organization': { ...organization, slug: 'acme/admin' } }],
    ['an empty slug', { 'https://stytch.com/organization': { ...organization, slug: '' } }],
  ])('is not read from a JWT with %s', (_, changes) => {
    expect(memberSessionFromClaims({ ...claims, ...changes })).toBeUndefined();
  });

  it('is not the session of a user, and the reverse', () => {
    expect([userSessionFromClaims(claims), memberSessionFromClaims(userClaims)]).toEqual([
      undefined,
      undefined,
    ]);
  });
});
