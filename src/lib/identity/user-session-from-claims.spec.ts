import { sessionClaim, sessionClaims } from '../../../test/support/session-tokens.js';
import { sessionFromClaims } from './user-session-from-claims.js';

const now = 1_800_000_000;
const claims = () => sessionClaims({ projectId: 'project-test-1', nowSeconds: now });
const hostile = (text: string) =>
  sessionFromClaims({ ...claims(), ...(JSON.parse(text) as object) })?.session;

describe('the custom claims of a session', () => {
  it('are kept apart from what says who it is', () => {
    const session = hostile('{"userId":"user-test-eve","kind":"member","roles":["admin"],"sessionId":"x"}');

    expect(session).toMatchObject({ kind: 'user', userId: claims().sub, roles: ['stytch_user'] });
    expect({ ...session?.customClaims }).toEqual({
      userId: 'user-test-eve',
      kind: 'member',
      roles: ['admin'],
      sessionId: 'x',
    });
  });

  it('leave out what the standard and Stytch name', () => {
    const session = hostile('{"jti":"1","https://stytch.com/organization":{"slug":"x"},"team":"engines"}');

    expect(Object.keys(session?.customClaims ?? {})).toEqual(['team']);
  });

  it('change no prototype, at any depth', () => {
    const session = hostile('{"__proto__":{"isAdmin":true},"deep":[{"__proto__":{"isAdmin":true},"x":1}]}');
    const deep = session?.customClaims['deep'] as [Record<string, unknown>];

    expect(Object.getPrototypeOf(session?.customClaims)).toBeNull();
    expect(Object.keys(session?.customClaims ?? {})).toEqual(['deep']);
    expect(Object.keys(deep[0])).toEqual(['x']);
    expect(deep[0]['isAdmin']).toBeUndefined();
    expect(Object.assign({}, session?.customClaims)).not.toHaveProperty('isAdmin');
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });

  it('are frozen, at any depth', () => {
    const session = hostile('{"deep":{"list":[{"x":1}]}}');
    const deep = session?.customClaims['deep'] as { list: object[] };

    expect([session, session?.customClaims, deep, deep.list, deep.list[0]].every(Object.isFrozen)).toBe(true);
  });
});

describe('the e-mail address of a session', () => {
  const factor = (at: number, fields: object) => ({
    type: 'magic_link',
    delivery_method: 'email',
    last_authenticated_at: new Date((now + at) * 1000).toISOString(),
    ...fields,
  });
  const emailWith = (...factors: object[]) =>
    sessionFromClaims({
      ...claims(),
      'https://stytch.com/session': { ...sessionClaim(now), authentication_factors: factors },
    })?.session.email;

  it('is the one proven last', () => {
    expect(
      emailWith(
        factor(1, { email_factor: { email_address: 'old@example.com' } }),
        factor(3, { email_factor: { email_address: 'new@example.com' } }),
        factor(2, { email_factor: { email_address: 'middle@example.com' } }),
      ),
    ).toBe('new@example.com');
  });

  it('is none where no factor proves one', () => {
    expect(
      emailWith(factor(1, { type: 'otp', delivery_method: 'sms', phone_number_factor: {} })),
    ).toBeUndefined();
    expect(emailWith(factor(1, { email_factor: { email_address: 7 } }))).toBeUndefined();
  });
});
