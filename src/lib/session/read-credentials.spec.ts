import type { IncomingMessage } from 'node:http';
import { newSigningKey, signToken } from '../../../test/support/session-tokens.js';
import { SessionCookies } from '../cookies/session-cookies.js';
import { CredentialReader } from './read-credentials.js';
import { resolvedOptions } from '../../../test/support/resolved-options.js';

const options = resolvedOptions();
const reader = new CredentialReader(new SessionCookies(options));
const requestWith = (cookieName: string, values: readonly string[]) =>
  ({
    headers: { cookie: values.map((value) => `${cookieName}=${value}`).join('; ') },
  }) as unknown as IncomingMessage;
const withJwts = (...values: string[]) => requestWith(options.cookies.jwtName, values);
const withTokens = (...values: string[]) => requestWith(options.cookies.tokenName, values);
const key = newSigningKey();
const [jwt1, jwt2, jwt3, jwt4, jwt5, jwt6] = ['1', '2', '3', '4', '5', '6'].map((sub) =>
  signToken(key, { sub }),
) as [string, string, string, string, string, string];
const token = (letter: string) => letter.repeat(44);
const malformed = ['garbage', 'a.b.c', '', 'j:{"a":1}', `${jwt1}=`, `${jwt1}.AAAA`, 'x'.repeat(9000)];

describe('readJwts', () => {
  it('returns none for a request without cookies', () => {
    expect(reader.readJwts({ headers: {} } as unknown as IncomingMessage)).toEqual({
      kind: 'none',
      values: [],
    });
  });

  it('returns up to five JWTs in the order sent', () => {
    const jwts = [jwt1, jwt2, jwt3, jwt4, jwt5];

    expect(reader.readJwts(withJwts(...jwts))).toEqual({ kind: 'candidates', values: jwts });
  });

  it('returns the first five of more JWTs and reports the excess', () => {
    expect(reader.readJwts(withJwts(jwt1, jwt2, jwt3, jwt4, jwt5, jwt6))).toEqual({
      kind: 'too_many',
      values: [jwt1, jwt2, jwt3, jwt4, jwt5],
    });
  });

  it.each(malformed)('neither returns nor counts a malformed value beside others: %.20s', (value) => {
    expect(reader.readJwts(withJwts(value, jwt1, jwt2, jwt3, jwt4, jwt5))).toEqual({
      kind: 'candidates',
      values: [jwt1, jwt2, jwt3, jwt4, jwt5],
    });
  });

  it('returns no candidate if all of several values are malformed', () => {
    expect(reader.readJwts(withJwts('a', 'b', 'c'))).toEqual({ kind: 'candidates', values: [] });
  });

  it('returns none for what the browser SDK writes without a JWT', () => {
    expect(reader.readJwts(withJwts('undefined'))).toEqual({ kind: 'none', values: [] });
  });

  it('returns a single value without parsing it', () => {
    expect(reader.readJwts(withJwts('garbage'))).toEqual({ kind: 'candidates', values: ['garbage'] });
  });
});

describe('readTokens', () => {
  it('returns none if there is no well-formed token', () => {
    expect(reader.readTokens(withTokens('x', '<script>'))).toEqual({ kind: 'none', values: [] });
  });

  it('returns the first three of more tokens and reports the excess', () => {
    const tokens = ['a', 'b', 'c', 'd'].map(token);

    expect(reader.readTokens(withTokens(...tokens))).toEqual({
      kind: 'too_many',
      values: tokens.slice(0, 3),
    });
  });

  it('neither returns nor counts malformed values', () => {
    const tokens = ['a', 'b', 'c'].map(token);

    expect(reader.readTokens(withTokens('x', ...tokens, '<script>'))).toEqual({
      kind: 'candidates',
      values: tokens,
    });
  });
});
