import { generateKeyPairSync } from 'node:crypto';
import { newSigningKey, publishedKeys } from '../../../../test/support/session-tokens.js';
import { readKeySet, type KeySet } from './read-key-set.js';

type Jwk = Record<string, unknown>;

const [key, otherKey] = [newSigningKey('jwk-test-1'), newSigningKey('jwk-test-2')];
const shortKey = {
  kid: 'jwk-test-short',
  ...generateKeyPairSync('rsa', { modulusLength: 1024 }),
};
const none: KeySet = new Map();
const setOf = (...keys: (typeof key)[]) => JSON.parse(publishedKeys(...keys)) as { keys: Jwk[] };
const [published] = setOf(key).keys;
const [otherPublished] = setOf(otherKey).keys;

/** The key ids with the keys in JWK form. */
const contentOf = (keys: KeySet | undefined) =>
  keys && Object.fromEntries([...keys].map(([kid, one]) => [kid, one.key.export({ format: 'jwk' })]));
const jwkOf = ({ publicKey }: typeof key) => publicKey.export({ format: 'jwk' });

describe('readKeySet', () => {
  it('returns all RSA keys by their key ids', () => {
    expect(contentOf(readKeySet(setOf(key, otherKey), none))).toEqual({
      'jwk-test-1': jwkOf(key),
      'jwk-test-2': jwkOf(otherKey),
    });
  });

  it('returns public keys', () => {
    const types = [...(readKeySet(setOf(key), none) ?? none).values()].map((one) => one.key.type);

    expect(types).toEqual(['public']);
  });

  it('accepts a key without the optional fields alg and use', () => {
    const keys = [{ ...published, alg: undefined, use: undefined }];

    expect(contentOf(readKeySet({ keys }, none))).toEqual({ 'jwk-test-1': jwkOf(key) });
  });

  it.each<[string, Jwk]>([
    ['of another type', { kty: 'EC' }],
    ['for another algorithm', { alg: 'RS512' }],
    ['for encryption', { use: 'enc' }],
    ['without a key id', { kid: undefined }],
    ['with a key id that is not a string', { kid: 1 }],
    ['without a modulus', { n: undefined }],
    ['with an exponent that is not a string', { e: 65_537 }],
    ['with an unreadable modulus', { n: '' }],
  ])('ignores a key %s', (_, changes) => {
    const keys = [{ ...published, ...changes }, otherPublished];

    expect(contentOf(readKeySet({ keys }, none))).toEqual({ 'jwk-test-2': jwkOf(otherKey) });
  });

  it('ignores a key of less than 2048 bits', () => {
    expect(contentOf(readKeySet(setOf(shortKey, otherKey), none))).toEqual({
      'jwk-test-2': jwkOf(otherKey),
    });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a text', 'keys'],
    ['an object without keys', {}],
    ['keys that are not an array', { keys: { 0: published } }],
    ['an empty set', { keys: [] }],
    ['a set without a usable key', { keys: [{ ...published, alg: 'ES256' }] }],
    ['a set with an entry that is null', { keys: [published, null] }],
    ['a set with an entry that is a text', { keys: [published, 'jwk-test-2'] }],
    ['a set with a private key', { keys: [published, { ...otherPublished, d: 'private' }] }],
  ])('returns undefined for %s', (_, body) => {
    expect(readKeySet(body, none)).toBeUndefined();
  });

  it('reuses the key object of an unchanged key', () => {
    const current = readKeySet(setOf(key), none) ?? none;
    const next = readKeySet(setOf(key, otherKey), current);

    expect(current.size).toBe(1);
    expect(next?.get('jwk-test-1')).toBe(current.get('jwk-test-1'));
  });

  it('replaces a key whose modulus has changed', () => {
    const current = readKeySet(setOf(key), none) ?? none;
    const next = readKeySet(setOf({ ...otherKey, kid: 'jwk-test-1' }), current);

    expect(contentOf(next)).toEqual({ 'jwk-test-1': jwkOf(otherKey) });
  });

  it('drops a key that is not published anymore', () => {
    const current = readKeySet(setOf(key, otherKey), none) ?? none;

    expect(contentOf(readKeySet(setOf(otherKey), current))).toEqual({ 'jwk-test-2': jwkOf(otherKey) });
  });
});
