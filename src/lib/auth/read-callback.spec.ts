import { readCallback } from './read-callback.js';

const token = `${'A'.repeat(43)}=`;

describe('the token of a callback', () => {
  it.each([
    `/auth/authenticate?token=${token}&stytch_token_type=magic_links`,
    `/auth/authenticate?stytch_token_type=magic_links&token=${token}&utm_source=mail`,
    `/auth/authenticate?token=${token}`,
    `/auth/authenticate?token=${token.replace('=', '%3D')}`,
    `http://[x]/auth/authenticate?token=${token}`,
    `/auth/authenticate?token=${token}#top`,
  ])('is read from %s', (address) => {
    expect(readCallback(address)).toEqual({ kind: 'valid', token, tokenType: 'magic_links' });
  });

  it.each([
    '/auth/authenticate',
    '/auth/authenticate?',
    '',
    `/auth/authenticate?token=${token}&token=${token}`,
    `/auth/authenticate?token=${token}&%74oken=x`,
    `/auth/authenticate?token[]=${token}`,
    `/auth/authenticate?token[0]=${token}`,
    `/auth/authenticate?token=${token}===`,
    `/auth/authenticate?token=${token}%0a`,
    `/auth/authenticate?token=+${token}`,
    `/auth/authenticate?token=%2f..%2f${token}`,
    `/auth/authenticate?token=${'A'.repeat(19)}`,
    `/auth/authenticate?token=${'A'.repeat(257)}`,
    `/auth/authenticate?token=${token}&stytch_token_type=magic_links&stytch_token_type=magic_links`,
    `/auth/authenticate#?token=${token}`.replace('#?', '?x=1#'),
  ])('is not guessed from %s', (address) => {
    expect(readCallback(address)).toMatchObject({ kind: 'invalid', error: undefined });
  });

  it.each([
    ['?error=access_denied', { tokenType: undefined, error: 'access_denied' }],
    ['?stytch_token_type=oauth&error=server_error', { tokenType: 'oauth', error: 'server_error' }],
    ['?stytch_token_type=oauth', { tokenType: 'oauth', error: undefined }],
  ])('is missing in %s, with what the provider reports', (query, reported) => {
    expect(readCallback(`/auth/authenticate${query}`)).toEqual({ kind: 'invalid', ...reported });
  });

  it('has the type that Stytch states', () => {
    expect(readCallback(`/auth/authenticate?token=${token}&stytch_token_type=oauth`)).toEqual({
      kind: 'valid',
      token,
      tokenType: 'oauth',
    });
  });
});
