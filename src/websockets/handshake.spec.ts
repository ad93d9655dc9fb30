import type { IncomingMessage } from 'node:http';
import type { CredentialKind } from '../lib/index.js';
import { readHandshake } from './handshake.js';

const request = {
  url: '/',
  headers: { cookie: 'stytch_session_jwt=a.b.c' },
  headersDistinct: { cookie: ['stytch_session_jwt=a.b.c'] },
} as unknown as IncomingMessage;

describe('readHandshake', () => {
  it.each<[string, CredentialKind[], unknown]>([
    ['uses the cookies if they are accepted', ['cookie'], { kind: 'credentials', credentials: { request } }],
    [
      'uses the cookies if there is no token',
      ['cookie', 'bearer'],
      { kind: 'credentials', credentials: { request } },
    ],
    ['requires a token if cookies are not accepted', ['m2m'], { kind: 'refused', code: 'token_missing' }],
    ['requires a token if nothing is accepted', [], { kind: 'refused', code: 'token_missing' }],
  ])('%s', (_, accepted, expected) => {
    expect(readHandshake({ request, token: undefined }, new Set(accepted))).toEqual(expected);
  });
});
