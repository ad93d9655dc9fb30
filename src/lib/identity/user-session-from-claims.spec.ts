import { sessionClaim, sessionClaims } from '../../../test/support/session-tokens.js';
import { userSessionFromClaims } from './user-session-from-claims.js';

const now = 1_800_000_000;
const claims = () => sessionClaims({ projectId: 'project-test-1', nowSeconds: now });
const sessionWith = (json: string) =>
  userSessionFromClaims({ ...claims(), ...(JSON.parse(json) as object) })?.session;

describe('the custom claims of a user session', () => {
  it('do not override the fields of the session', () => {
    const session = sessionWith(
      '{"userId":"user-test-eve","kind":"member","roles":["admin"],"sessionId":"x"}',
    );

    expect(session).toMatchObject({ kind: 'user', userId: claims().sub, roles: ['stytch_user'] });
    expect({ ...session?.customClaims }).toEqual({
      userId: 'user-test-eve',
      kind: 'member',
      roles: ['admin'],
      sessionId: 'x',
    });
  });

  it("exclude registered claims and Stytch's own", () => {
    const session = sessionWith(
      '{"jti":"1","https://stytch.com/organization":{"slug":"x"},"team":"engines"}',
    );

    expect(Object.keys(session?.customClaims ?? {})).toEqual(['team']);
  });

  it('cannot pollute a prototype, at any depth', () => {
    const session = sessionWith(
      '{"__proto__":{"isAdmin":true},"deep":[{"__proto__":{"isAdmin":true},"x":1}]}',
    );
    const deep = session?.customClaims['deep'] as [Record<string, unknown>];

    expect(Object.getPrototypeOf(session?.customClaims)).toBeNull();
    expect(Object.keys(session?.customClaims ?? {})).toEqual(['deep']);
    expect(Object.keys(deep[0])).toEqual(['x']);
    expect(deep[0]['isAdmin']).toBeUndefined();
    expect(Object.assign({}, session?.customClaims)).not.toHaveProperty('isAdmin');
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });

  it('are frozen at every depth', () => {
    const session = sessionWith('{"deep":{"list":[{"x":1}]}}');
    const deep = session?.customClaims['deep'] as { list: object[] };

    expect([session, session?.customClaims, deep, deep.list, deep.list[0]].every(Object.isFrozen)).toBe(true);
  });
});

describe('the email address of a user session', () => {
  const factor = (offsetSeconds: number, fields: object) => ({
    type: 'magic_link',
    delivery_method: 'email',
    last_authenticated_at: new Date((now + offsetSeconds) * 1000).toISOString(),
    ...fields,
  });
  const emailWith = (...factors: object[]) =>
    userSessionFromClaims({
      ...claims(),
      'https://stytch.com/session': { ...sessionClaim(now), authentication_factors: factors },
    })?.session.email;

  it('is the most recently verified one', () => {
    expect(
      emailWith(
        factor(1, { email_factor: { email_address: 'old@example.com' } }),
        factor(3, { email_factor: { email_address: 'new@example.com' } }),
        factor(2, { email_factor: { email_address: 'middle@example.com' } }),
      ),
    ).toBe('new@example.com');
  });

  it('is absent if no factor verifies an email address', () => {
    expect(
      emailWith(factor(1, { type: 'otp', delivery_method: 'sms', phone_number_factor: {} })),
    ).toBeUndefined();
    expect(emailWith(factor(1, { email_factor: { email_address: 7 } }))).toBeUndefined();
  });
});

describe('the expiry of a user session', () => {
  const expiryOf = (expires_at: unknown, exp: unknown = now + 300) =>
    userSessionFromClaims({
      ...claims(),
      exp,
      'https://stytch.com/session': { ...sessionClaim(now), expires_at },
    })?.session.expiresAt;

  it.each([null, undefined])('is the expiry of its JWT if the claim has %p', (expires_at) => {
    expect(expiryOf(expires_at)).toBe('2027-01-15T08:05:00.000Z');
  });

  it('is the one of the claim if it has one', () => {
    expect(expiryOf('2027-01-15T09:00:00Z')).toBe('2027-01-15T09:00:00Z');
  });

  it.each([
    ['', undefined],
    ['tomorrow', undefined],
    [null, 1e300],
    [null, '1800000300'],
  ])('is not read from %p in a JWT that expires at %p', (expires_at, exp) => {
    expect(expiryOf(expires_at, exp)).toBeUndefined();
  });
});
