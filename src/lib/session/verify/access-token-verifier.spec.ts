import { m2mClaims, newSigningKey, signToken } from '../../../../test/support/session-tokens.js';
import { AccessTokenVerifier } from './access-token-verifier.js';
import type { ClockSkewWarning } from './clock-skew-warning.js';
import type { SigningKeys } from './signing-keys.js';
import { TrustedClock } from './trusted-clock.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';

const projectId = 'project-test-5f0d9c1e-0000-4000-8000-000000000001';
const start = 1_800_000_000;
const key = newSigningKey();

describe('AccessTokenVerifier', () => {
  let nowSeconds: number;
  let elapsedSeconds: number;
  let published: Map<string, typeof key.publicKey>;
  /** The keys that a fetch brings; undefined if it fails. */
  let fetched: typeof published | undefined;
  let fetches: number;
  let logged: number[];
  let verifier: AccessTokenVerifier;

  const keys = {
    get: (keyId: string) => published.get(keyId),
    get areAvailable() {
      return published.size > 0;
    },
    refetch: async () => {
      fetches += 1;
      published = fetched ?? published;
      return fetched !== undefined;
    },
  } as unknown as SigningKeys;

  beforeEach(() => {
    [nowSeconds, elapsedSeconds, fetches, logged] = [start, 0, 0, []];
    published = new Map([[key.kid, key.publicKey]]);
    fetched = published;
    const options = resolvedOptions({
      projectId,
      clock: { nowMs: () => nowSeconds * 1000, monotonicMs: () => elapsedSeconds * 1000 },
    });
    const warning = { logUntrusted: (aheadSeconds: number) => logged.push(aheadSeconds) };
    verifier = new AccessTokenVerifier(
      keys,
      new TrustedClock(options),
      warning as unknown as ClockSkewWarning,
      options,
    );
  });

  const token = (changes: object = {}) =>
    signToken(key, { ...m2mClaims({ projectId, nowSeconds: start }), ...changes });
  const advance = (seconds: number) => {
    nowSeconds += seconds;
    elapsedSeconds += seconds;
  };

  it('verifies a token once, without waiting', () => {
    const jwt = token();
    const first = verifier.verify(jwt);

    expect(first).toMatchObject({ kind: 'valid', verified: { client: { kind: 'm2m_client' } } });
    expect((verifier.verify(jwt) as { verified: object }).verified).toBe(
      (first as { verified: object }).verified,
    );
  });

  it('rejects a token that only ends like a cached one', () => {
    const jwt = token();
    void verifier.verify(jwt);

    expect(verifier.verify(`x${jwt.slice(1)}`)).toEqual({ kind: 'invalid' });
  });

  it('refuses a cached token five seconds after it has expired', () => {
    const jwt = token();
    const kinds = [0, 3_604, 1].map((seconds) => {
      advance(seconds);
      return (verifier.verify(jwt) as { kind: string }).kind;
    });

    expect(kinds).toEqual(['valid', 'valid', 'expired']);
  });

  it('returns how far in the future a token was issued if that is more than the clock skew', () => {
    expect(verifier.verify(token({ iat: start + 30, nbf: start + 30 }))).toMatchObject({ kind: 'valid' });
    expect(verifier.verify(token({ iat: start + 31, nbf: start + 31 }))).toMatchObject({
      kind: 'issued_in_future',
      skewSeconds: 31,
    });
  });

  it('refuses a cached token whose key was withdrawn', async () => {
    const jwt = token();
    void verifier.verify(jwt);
    published = new Map([['jwk-test-other', newSigningKey().publicKey]]);
    fetched = published;

    expect(await verifier.verify(jwt)).toEqual({ kind: 'unknown_key' });
    expect(fetches).toBe(1);
  });

  it.each<[string, string, () => typeof fetched]>([
    ['accepts a token if a fetch brings its key', 'valid', () => published],
    ['cannot decide if no keys can be fetched', 'no_keys', () => undefined],
  ])('%s', async (_, kind, newKeys) => {
    fetched = newKeys();
    published = new Map();

    expect((await verifier.verify(token())).kind).toBe(kind);
  });

  it('cannot decide about an unknown key id if the keys cannot be fetched', async () => {
    published = new Map([['jwk-test-other', newSigningKey().publicKey]]);
    fetched = undefined;

    expect(await verifier.verify(token())).toEqual({ kind: 'key_not_fetched' });
  });

  it('cannot decide while the time is not known, and logs it', async () => {
    nowSeconds += 3_600;

    expect(await verifier.verify(token())).toMatchObject({ kind: 'clock_untrusted' });
    expect(logged).toEqual([3_600]);
  });
});
