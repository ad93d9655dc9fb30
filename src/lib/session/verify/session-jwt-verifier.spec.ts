import { consumerProduct } from '../../module/consumer-product.js';
import { newSigningKey, sessionClaims, signToken } from '../../../../test/support/session-tokens.js';
import type { ClockSkewWarning } from './clock-skew-warning.js';
import { SessionJwtVerifier } from './session-jwt-verifier.js';
import type { SigningKeys } from './signing-keys.js';
import { TrustedClock } from './trusted-clock.js';
import { VerifiedJwtCache } from './verified-jwt-cache.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';

const projectId = 'project-test-5f0d9c1e-0000-4000-8000-000000000001';
const start = 1_800_000_000;
const [key, otherKey] = [newSigningKey(), newSigningKey()];

let nowSeconds = start;
let elapsedSeconds = 0;
let published = new Map([[key.kid, key.publicKey]]);
let refetches = 0;
/** Stytch's time as a key fetch shows it; undefined if the fetch fails. */
let stytchSeconds: number | undefined;
let trustedClock: TrustedClock;
/** What was logged: by how many seconds the clock is ahead. */
let logged: number[] = [];
/** The moments at which a key was requested. */
let keyRequests: unknown[] = [];
/** The number of readings of the wall clock. */
let clockReadings = 0;
/** Signing keys that are not fetched. */
const keys = {
  get: (keyId: string) => published.get(keyId),
  getAt: (keyId: string, now: unknown) => {
    keyRequests.push(now);
    return published.get(keyId);
  },
  get areAvailable() {
    return published.size > 0;
  },
  refetch: async () => {
    refetches += 1;
    if (stytchSeconds !== undefined) trustedClock.observe(stytchSeconds * 1000);
  },
} as unknown as SigningKeys;

const newVerifier = () => {
  const options = resolvedOptions({
    projectId,
    session: { cacheMegabytes: 1 },
    clock: {
      nowMs: () => {
        clockReadings += 1;
        return nowSeconds * 1000;
      },
      monotonicMs: () => elapsedSeconds * 1000,
    },
  });
  trustedClock = new TrustedClock(options);
  const warning = { logUntrusted: (aheadSeconds: number) => logged.push(aheadSeconds) };
  return new SessionJwtVerifier(
    keys,
    new VerifiedJwtCache(options),
    trustedClock,
    warning as unknown as ClockSkewWarning,
    options,
    consumerProduct.product,
  );
};
const token = (issuedAtSeconds = start, changes = {}) =>
  signToken(key, { ...sessionClaims({ projectId, nowSeconds: issuedAtSeconds }), ...changes });
const advance = (seconds: number) => {
  nowSeconds += seconds;
  elapsedSeconds += seconds;
};

beforeEach(() => {
  nowSeconds = start;
  elapsedSeconds = 50;
  published = new Map([[key.kid, key.publicKey]]);
  refetches = 0;
  stytchSeconds = undefined;
  logged = [];
});

describe('a session JWT that was verified before', () => {
  it('is returned from the cache: the same object, not a copy', () => {
    const verifier = newVerifier();
    const jwt = token();
    const [first, second] = [verifier.verify(jwt), verifier.verify(jwt.split('').join(''))];

    expect(first.kind).toBe('valid');
    expect('verified' in first && 'verified' in second && first.verified === second.verified).toBe(true);
  });

  it('is checked against the current time on every call', () => {
    const verifier = newVerifier();
    const jwt = token();
    const results = [0, 304, 2, 3300].map((seconds) => {
      advance(seconds);
      return verifier.verify(jwt).kind;
    });

    expect(results).toEqual(['valid', 'valid', 'expired', 'session_expired']);
  });

  it('is checked at one moment, and reads the wall clock once', () => {
    const verifier = newVerifier();
    const jwt = token();
    verifier.verify(jwt);
    [keyRequests, clockReadings] = [[], 0];
    advance(10);

    const checkedAt = { wallMs: (start + 10) * 1000, monotonicMs: 60_000 };
    expect(verifier.verify(jwt)).toMatchObject({ kind: 'valid', checkedAt });
    expect([keyRequests, clockReadings]).toEqual([[checkedAt], 1]);
  });

  it('has an unknown key once its key is withdrawn', () => {
    const verifier = newVerifier();
    const jwt = token();
    expect(verifier.verify(jwt).kind).toBe('valid');

    published = new Map([['jwk-test-of-later', otherKey.publicKey]]);
    expect(verifier.verify(jwt).kind).toBe('unknown_key');
    published = new Map();
    expect(verifier.verify(jwt).kind).toBe('no_keys');
  });

  it('is invalid once another key is published under its key id', () => {
    const verifier = newVerifier();
    const jwt = token();
    expect(verifier.verify(jwt).kind).toBe('valid');

    published = new Map([[key.kid, otherKey.publicKey]]);

    expect(verifier.verify(jwt).kind).toBe('invalid');
  });

  it('does not validate a JWT that differs in one character', () => {
    const verifier = newVerifier();
    const jwt = token();
    expect(verifier.verify(jwt).kind).toBe('valid');

    const others = Array.from({ length: 60 }, (_, n) => {
      const at = Math.floor((n * jwt.length) / 60);
      const character = jwt[at] === 'A' ? 'B' : 'A';
      return jwt[at] === '.' ? jwt : `${jwt.slice(0, at)}${character}${jwt.slice(at + 1)}`;
    }).filter((other) => other !== jwt);

    expect(others.length).toBeGreaterThan(50);
    expect(others.filter((other) => verifier.verify(other).kind === 'valid')).toEqual([]);
  });

  it('does not validate the same JWT with a truncated, padded or repeated signature', () => {
    const verifier = newVerifier();
    const jwt = token();
    verifier.verify(jwt);

    for (const other of [
      jwt.slice(0, -1),
      jwt.slice(0, -4),
      `${jwt}=`,
      `${jwt}A`,
      `${jwt} `,
      `${jwt}.${jwt}`,
    ]) {
      expect(verifier.verify(other).kind).toBe('invalid');
    }
  });

  it('is verified again after it was evicted from the cache', () => {
    const verifier = newVerifier();
    const jwt = token();
    const before = verifier.verify(jwt);
    for (let n = 0; n < 400; n += 1) verifier.verify(token(start, { n }));

    const after = verifier.verify(jwt);

    expect([before.kind, after.kind]).toEqual(['valid', 'valid']);
    expect('verified' in before && 'verified' in after && before.verified !== after.verified).toBe(true);
  });
});

describe('a wall clock that is set while the application runs', () => {
  it.each([-3600, -31, 31, 7200])(
    'by %d seconds makes the times of every genuine JWT unknown, until it is set back',
    (seconds) => {
      const verifier = newVerifier();
      const [known, expired, next] = [token(), token(start - 600), token(start, { n: 1 })];
      verifier.verify(known);
      nowSeconds += seconds;
      const during = [known, expired, next].map((jwt) => verifier.verify(jwt));
      nowSeconds -= seconds;
      const after = [known, expired, next].map((jwt) => verifier.verify(jwt).kind);

      expect(during.map(({ kind }) => kind)).toEqual(Array(3).fill('clock_untrusted'));
      expect(during.every((result) => 'verified' in result)).toBe(true);
      expect(after).toEqual(['valid', 'expired', 'valid']);
    },
  );

  it('leaves malformed and forged JWTs invalid', () => {
    const verifier = newVerifier();
    nowSeconds += 7200;

    expect(verifier.verify('a.b.c').kind).toBe('invalid');
    expect(verifier.verify(`${token().slice(0, -8)}AAAAAAAA`).kind).toBe('invalid');
  });

  it.each<[string, number | undefined, string, number[]]>([
    ["uses the wall clock if Stytch's time agrees with it", start + 7200, 'session_expired', []],
    ["does not know the time if Stytch's time disagrees", start, 'clock_untrusted', [7200]],
    ['does not know the time if the fetch fails', undefined, 'clock_untrusted', [7200]],
  ])('fetches the keys once, and %s', async (_, stytch, kind, warnings) => {
    const verifier = newVerifier();
    const jwt = token();
    nowSeconds += 7200;
    stytchSeconds = stytch;

    expect((await verifier.verifyRefetchingKeys(jwt)).kind).toBe(kind);
    expect([refetches, logged]).toEqual([1, warnings]);
  });
});

describe('ensureTrustedClock', () => {
  it('does not wait if the clock is trusted', () => {
    expect([newVerifier().ensureTrustedClock(), refetches]).toEqual([true, 0]);
  });

  it.each<[string, number | undefined, boolean, number[]]>([
    ["true if Stytch's time agrees with the wall clock", start - 3600, true, []],
    ["false if Stytch's time disagrees", start, false, [-3600]],
    ['false if the fetch fails', undefined, false, [-3600]],
  ])('fetches the keys if the wall clock was set, and returns %s', async (_, stytch, isTrusted, warnings) => {
    const verifier = newVerifier();
    nowSeconds -= 3600;
    stytchSeconds = stytch;

    expect(await verifier.ensureTrustedClock()).toBe(isTrusted);
    expect([refetches, logged]).toEqual([1, warnings]);
  });
});

describe('verifyRefetchingKeys', () => {
  it.each<[string, () => string, number]>([
    ['a JWT with a cached key', token, 0],
    ['a malformed JWT', () => 'a.b.c', 0],
    ['a JWT with an unknown key', () => signToken(key, { any: 1 }, { kid: 'jwk-test-unknown' }), 1],
  ])('fetches the keys only if one is missing: %s', async (_, jwt, times) => {
    await newVerifier().verifyRefetchingKeys(jwt());

    expect(refetches).toBe(times);
  });
});
