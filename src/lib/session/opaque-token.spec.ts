import { isOpaqueToken, tokenHashOf } from './opaque-token.js';

describe('isOpaqueToken', () => {
  it.each<[string, unknown, boolean]>([
    ['44 base64url characters', 'x'.repeat(44), true],
    ['a padding character', `${'x'.repeat(43)}=`, true],
    ['fewer than 20 characters', 'x'.repeat(19), false],
    ['more than 512 characters', 'x'.repeat(513), false],
    ['a character outside base64url', `${'x'.repeat(43)};`, false],
    ['no string', undefined, false],
  ])('checks a value with %s', (_, value, isToken) => {
    expect(isOpaqueToken(value)).toBe(isToken);
  });
});

describe('tokenHashOf', () => {
  it('returns the same hash for the same token only', () => {
    expect(tokenHashOf('a')).toBe(tokenHashOf('a'));
    expect(tokenHashOf('a')).not.toBe(tokenHashOf('b'));
  });

  it('does not contain the token', () => {
    expect(tokenHashOf('some-token')).not.toContain('some-token');
  });
});
