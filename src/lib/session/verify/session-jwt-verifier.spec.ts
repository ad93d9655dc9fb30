import { newSigningKey, sessionClaims, signToken } from '../../../../test/support/session-tokens.js';
import { resolveOptions } from '../../options/resolve-options.js';
import { SessionJwtVerifier } from './session-jwt-verifier.js';
import type { SigningKeys } from './signing-keys.js';

const projectId = 'project-test-5f0d9c1e-0000-4000-8000-000000000001';
const start = 1_800_000_000;
const [key, otherKey] = [newSigningKey(), newSigningKey()];

let nowSeconds = start;
let passedSeconds = 0;
let published = new Map([[key.kid, key.publicKey]]);
let refetches = 0;
/** The keys, without a place to fetch them from. */
const keys = {
  get: (keyId: string) => published.get(keyId),
  get areAvailable() {
    return published.size > 0;
  },
  refetch: async () => {
    refetches += 1;
  },
} as unknown as SigningKeys;

const newJwts = () =>
  new SessionJwtVerifier(
    keys,
    resolveOptions(
      {
        projectId,
        secret: 'secret-test-of-these-specs=',
        appUrl: 'https://app.example.com',
        session: { verifiedCacheMegabytes: 1 },
        clock: { nowMs: () => nowSeconds * 1000, monotonicMs: () => passedSeconds * 1000 },
      },
      {},
    ),
  );
const token = (issuedAtSeconds = start, changes = {}) =>
  signToken(key, { ...sessionClaims({ projectId, nowSeconds: issuedAtSeconds }), ...changes });
const letPass = (seconds: number) => {
  nowSeconds += seconds;
  passedSeconds += seconds;
};

beforeEach(() => {
  nowSeconds = start;
  passedSeconds = 50;
  published = new Map([[key.kid, key.publicKey]]);
  refetches = 0;
});

describe('a session JWT that was verified before', () => {
  it('is taken from memory: the same session, not a copy', () => {
    const jwts = newJwts();
    const jwt = token();
    const [first, second] = [jwts.verify(jwt), jwts.verify(jwt.split('').join(''))];

    expect(first.kind).toBe('valid');
    expect('verified' in first && 'verified' in second && first.verified === second.verified).toBe(true);
  });

  it('is judged by the time it is', () => {
    const jwts = newJwts();
    const jwt = token();
    const results = [0, 304, 2, 3300].map((seconds) => {
      letPass(seconds);
      return jwts.verify(jwt).kind;
    });

    expect(results).toEqual(['valid', 'valid', 'expired', 'session_expired']);
  });

  it('is not known any more once its key is withdrawn', () => {
    const jwts = newJwts();
    const jwt = token();
    expect(jwts.verify(jwt).kind).toBe('valid');

    published = new Map([['jwk-test-of-later', otherKey.publicKey]]);
    expect(jwts.verify(jwt).kind).toBe('unknown_key');
    published = new Map();
    expect(jwts.verify(jwt).kind).toBe('no_keys');
  });

  it('is forged once another key has its name', () => {
    const jwts = newJwts();
    const jwt = token();
    expect(jwts.verify(jwt).kind).toBe('valid');

    published = new Map([[key.kid, otherKey.publicKey]]);

    expect(jwts.verify(jwt).kind).toBe('invalid');
  });

  it('says nothing for one that differs in a single character, anywhere', () => {
    const jwts = newJwts();
    const jwt = token();
    expect(jwts.verify(jwt).kind).toBe('valid');

    const others = Array.from({ length: 60 }, (_, n) => {
      const at = Math.floor((n * jwt.length) / 60);
      const character = jwt[at] === 'A' ? 'B' : 'A';
      return jwt[at] === '.' ? jwt : `${jwt.slice(0, at)}${character}${jwt.slice(at + 1)}`;
    }).filter((other) => other !== jwt);

    expect(others.length).toBeGreaterThan(50);
    expect(others.filter((other) => jwts.verify(other).kind === 'valid')).toEqual([]);
  });

  it('says nothing for the same claims with the signature cut short, padded or repeated', () => {
    const jwts = newJwts();
    const jwt = token();
    jwts.verify(jwt);

    for (const other of [
      jwt.slice(0, -1),
      jwt.slice(0, -4),
      `${jwt}=`,
      `${jwt}A`,
      `${jwt} `,
      `${jwt}.${jwt}`,
    ]) {
      expect(jwts.verify(other).kind).toBe('invalid');
    }
  });

  it('is verified anew once others have filled the memory', () => {
    const jwts = newJwts();
    const jwt = token();
    const before = jwts.verify(jwt);
    for (let n = 0; n < 400; n += 1) jwts.verify(token(start, { n }));

    const after = jwts.verify(jwt);

    expect([before.kind, after.kind]).toEqual(['valid', 'valid']);
    expect('verified' in before && 'verified' in after && before.verified !== after.verified).toBe(true);
  });
});

describe('a wall clock that is put back an hour', () => {
  it('ends nothing that was valid, and the time that passes is still counted', () => {
    const jwts = newJwts();
    const jwt = token();
    nowSeconds -= 3600;
    const results = [0, 304, 2].map((seconds) => {
      letPass(seconds);
      return jwts.verify(jwt).kind;
    });

    expect(results).toEqual(['valid', 'valid', 'expired']);
  });
});

describe('looking at the published keys again', () => {
  it.each<[string, () => string, number]>([
    ['a key that is at hand', token, 0],
    ['garbage', () => 'a.b.c', 0],
    ['a key that is not at hand', () => signToken(key, { any: 1 }, { kid: 'jwk-test-unknown' }), 1],
  ])('with %s is done as often as it helps', async (_, jwt, times) => {
    await newJwts().verifyRefetchingKeys(jwt());

    expect(refetches).toBe(times);
  });
});
