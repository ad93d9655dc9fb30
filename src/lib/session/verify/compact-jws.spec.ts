import { maxJwtBytes, parseCompactJws, parseObject } from './compact-jws.js';

const header = Buffer.from('{"alg":"RS256"}').toString('base64url');
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const withPayload = (payload: string) => parseCompactJws(`${header}.${payload}.c2ln`);

describe('parseCompactJws', () => {
  it('returns the parts of a compact JWS', () => {
    expect(parseCompactJws(`${header}.cGF5bG9hZA.c2ln`)).toEqual({
      header: { alg: 'RS256' },
      payload: Buffer.from('payload'),
      signature: Buffer.from('sig'),
      bytes: Buffer.from(`${header}.cGF5bG9hZA.c2ln`),
      signingInput: Buffer.from(`${header}.cGF5bG9hZA`),
    });
  });

  it('accepts final characters without spare bits only', () => {
    for (const prefix of ['A', 'AA', 'AAAAA', 'AAAAAA']) {
      for (const last of alphabet) {
        const text = prefix + last;
        const isCanonical = Buffer.from(text, 'base64url').toString('base64url') === text;
        expect([text, withPayload(text) !== undefined]).toEqual([text, isCanonical]);
      }
    }
  });

  it('rejects characters outside the base64url alphabet at any position', () => {
    for (let code = 0; code < 0x180; code += 1) {
      const character = String.fromCharCode(code);
      if (alphabet.includes(character)) continue;
      for (const text of [
        `${character}AAAAAAA`,
        `AAA${character}AAAA`,
        `AAAAAAA${character}`,
        `AAAAAAAA${character}`,
      ]) {
        expect([code, withPayload(text)]).toEqual([code, undefined]);
      }
    }
  });

  it.each([
    ['an empty string', ''],
    ['one part', header],
    ['two parts', `${header}.AAAA`],
    ['four parts', `${header}.AAAA.AAAA.AAAA`],
    ['an empty header', '.AAAA.AAAA'],
    ['an empty payload', `${header}..AAAA`],
    ['an empty signature', `${header}.AAAA.`],
    ['a header that is not an object', `${Buffer.from('[]').toString('base64url')}.AAAA.AAAA`],
    ['a header that is not UTF-8', `${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.AAAA.AAAA`],
    ['more than 8 KB', `${header}.${'A'.repeat(8192)}.AAAA`],
  ])('rejects %s', (_, text) => {
    expect(parseCompactJws(text)).toBeUndefined();
  });

  it('rejects other characters in a token of the maximum length', () => {
    const start = `${header}.`;
    const longest = (payload: string) =>
      start + payload.padStart(maxJwtBytes - start.length - 5, 'A') + '.c2ln';
    expect(parseCompactJws(longest('AAAA'))?.bytes).toHaveLength(maxJwtBytes);
    for (const character of ['\u00e9', '\u2141', '\u{1F600}', '\ud83d']) {
      expect([character, parseCompactJws(longest(character))]).toEqual([character, undefined]);
    }
  });

  it('returns nothing of the token that was parsed before', () => {
    withPayload('A'.repeat(1000));
    expect(withPayload('AAAA')).toMatchObject({
      payload: Buffer.alloc(3),
      bytes: Buffer.from(`${header}.AAAA.c2ln`),
    });
  });

  it('does not confuse the header with a cached one', () => {
    const other = Buffer.from('{"alg":"none"}').toString('base64url');
    const algorithms = [header, other, header].map(
      (first) => parseCompactJws(`${first}.AAAA.AAAA`)?.header['alg'],
    );
    expect(algorithms).toEqual(['RS256', 'none', 'RS256']);
  });
});

describe('parseObject', () => {
  it.each([
    ['an invalid byte', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['an encoded surrogate', Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d])],
    ['an overlong encoding', Buffer.from([0x7b, 0x22, 0xc1, 0xa1, 0x22, 0x3a, 0x31, 0x7d])],
    ['a truncated character', Buffer.from([0x7b, 0x22, 0xe2, 0x82, 0x22, 0x3a, 0x31, 0x7d])],
    ['a list', Buffer.from('[]')],
    ['no JSON', Buffer.from('{')],
  ])('rejects %s', (_, bytes) => {
    expect(parseObject(bytes)).toBeUndefined();
  });

  it('accepts the replacement character, which invalid UTF-8 is decoded to', () => {
    expect(parseObject(Buffer.from('{"\ufffd":"\ufffd"}'))).toEqual({ '\ufffd': '\ufffd' });
  });
});
