import type { IncomingMessage } from 'node:http';
import { SessionCookies } from '../cookies/session-cookies.js';
import { resolveOptions } from '../options/resolve-options.js';
import { CredentialReader } from './read-credentials.js';

const options = resolveOptions(
  {
    projectId: 'project-test-5f0d9c1e-0000-4000-8000-000000000001',
    secret: 'secret-test-of-these-specs=',
    appUrl: 'https://app.example.com',
  },
  {},
);
const reader = new CredentialReader(new SessionCookies(options));
const requestWith = (cookieName: string, values: string[]) =>
  ({
    headers: { cookie: values.map((value) => `${cookieName}=${value}`).join('; ') },
  }) as unknown as IncomingMessage;
const withJwts = (...values: string[]) => requestWith(options.cookies.jwtName, values);
const withTokens = (...values: string[]) => requestWith(options.cookies.tokenName, values);
const token = (letter: string) => letter.repeat(44);

describe('readJwts', () => {
  it('returns none for a request without cookies', () => {
    expect(reader.readJwts({ headers: {} } as unknown as IncomingMessage)).toEqual({
      kind: 'none',
      jwts: [],
    });
  });

  it('returns up to three values in the order sent', () => {
    expect(reader.readJwts(withJwts('a', 'b', 'c'))).toEqual({ kind: 'candidates', jwts: ['a', 'b', 'c'] });
  });

  it('returns the first three of more values and reports the excess', () => {
    expect(reader.readJwts(withJwts('a', 'b', 'c', 'd'))).toEqual({
      kind: 'too_many',
      jwts: ['a', 'b', 'c'],
    });
  });
});

describe('readTokens', () => {
  it('returns at most three tokens', () => {
    expect(reader.readTokens(withTokens(...['a', 'b', 'c', 'd'].map(token)))).toEqual(
      ['a', 'b', 'c'].map(token),
    );
  });

  it('ignores malformed values', () => {
    expect(reader.readTokens(withTokens('x', token('a'), '<script>'))).toEqual([token('a')]);
  });
});
