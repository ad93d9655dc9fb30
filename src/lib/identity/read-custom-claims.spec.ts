import type { Claims } from './claims.js';
import { readCustomClaims } from './read-custom-claims.js';

/** As parsed from JSON, where `__proto__` is an own property. */
const read = (json: string) => readCustomClaims(JSON.parse(json) as Claims);

describe('readCustomClaims', () => {
  it('returns the claims of every JSON type', () => {
    const json = '{"text":"x","number":1,"flag":false,"nothing":null,"list":[1,["x"]],"object":{"x":{}}}';

    expect(JSON.stringify(read(json))).toBe(json);
  });

  it.each(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'])('omits the registered claim %s', (name) => {
    expect(Object.keys(readCustomClaims({ [name]: 1, team: 'engines' }))).toEqual(['team']);
  });

  it("omits claims in Stytch's namespace, and no others that start alike", () => {
    expect(
      Object.keys(
        readCustomClaims({
          'https://stytch.com/session': {},
          'https://stytch.com/organization': {},
          'https://stytch.company.example/team': 'engines',
        }),
      ),
    ).toEqual(['https://stytch.company.example/team']);
  });

  it('omits __proto__ at every depth', () => {
    const claims = read(
      '{"__proto__":{"isAdmin":true},"object":{"__proto__":{"isAdmin":true}},"list":[{"__proto__":{"isAdmin":true}}]}',
    );

    expect(JSON.stringify(claims)).toBe('{"object":{},"list":[{}]}');
  });

  it('returns objects without a prototype at every depth', () => {
    const { object, list } = read('{"object":{"x":{}},"list":[{}]}') as {
      object: { x: object };
      list: [object];
    };

    expect([object, object.x, list[0]].map((value) => Object.getPrototypeOf(value) as unknown)).toEqual([
      null,
      null,
      null,
    ]);
    expect(Object.getPrototypeOf(read('{"x":1}'))).toBeNull();
  });

  it('freezes the claims at every depth', () => {
    const claims = read('{"object":{"x":{}},"list":[{}]}');
    const { object, list } = claims as { object: { x: object }; list: [object] };

    expect([claims, object, object.x, list, list[0]].map((value) => Object.isFrozen(value))).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
  });

  it('returns a copy, and does not freeze the claims it reads', () => {
    const claims = { roles: ['editor'] };
    const read = readCustomClaims(claims);
    claims.roles.push('admin');

    expect(read['roles']).toEqual(['editor']);
  });

  it('returns the same frozen object without a prototype if there are no custom claims', () => {
    const [one, other] = [readCustomClaims({}), readCustomClaims({ sub: 'user-test-1' })];

    expect(one).toBe(other);
    expect([Object.keys(one), Object.getPrototypeOf(one), Object.isFrozen(one)]).toEqual([[], null, true]);
  });
});
