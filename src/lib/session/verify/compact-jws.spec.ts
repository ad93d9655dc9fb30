import { parseCompactJws } from './compact-jws.js';

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

  it('does not confuse the header with a cached one', () => {
    const other = Buffer.from('{"alg":"none"}').toString('base64url');
    const algorithms = [header, other, header].map(
      (first) => parseCompactJws(`${first}.AAAA.AAAA`)?.header['alg'],
    );
    expect(algorithms).toEqual(['RS256', 'none', 'RS256']);
  });
});
