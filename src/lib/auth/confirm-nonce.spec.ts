import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { ConfirmNonces } from './confirm-nonce.js';
import { resolvedOptions } from '../../../test/support/resolved-options.js';

const optionsFor = (appUrl: string) => resolvedOptions({ appUrl });
const nonces = new ConfirmNonces(optionsFor('https://app.example.com'));
const nonce = 'n'.repeat(43);
const otherNonce = 'o'.repeat(43);

const requestWith = (cookie?: string) => ({ headers: { cookie } }) as unknown as IncomingMessage;
const requestWithNonces = (...values: string[]) =>
  requestWith(values.map((value) => `__Host-stytch_confirm=${value}`).join('; '));
const newResponse = () => new ServerResponse(new IncomingMessage(new Socket()));
const cookiesOf = (response: ServerResponse) => response.writeHead(200).getHeader('set-cookie');

describe('issue', () => {
  it('returns a nonce of 256 random bits that differs for each browser', () => {
    const issued = Array.from({ length: 3 }, () => nonces.issue(requestWith(), newResponse()));

    expect(issued).toEqual(Array(3).fill(expect.stringMatching(/^[A-Za-z0-9_-]{43}$/)));
    expect(new Set(issued).size).toBe(3);
  });

  it('sets the nonce as a cookie for ten minutes that scripts and other hosts cannot access', () => {
    const response = newResponse();
    const issued = nonces.issue(requestWith(), response);

    expect(cookiesOf(response)).toEqual([
      `__Host-stytch_confirm=${issued}; Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ]);
  });

  it('omits Secure and the __Host- prefix on http loopback', () => {
    const response = newResponse();
    const issued = new ConfirmNonces(optionsFor('http://localhost:3000')).issue(requestWith(), response);

    expect(cookiesOf(response)).toEqual([
      `stytch_confirm=${issued}; Max-Age=600; Path=/; HttpOnly; SameSite=Lax`,
    ]);
  });

  it('reuses and renews the nonce of the browser, so that pages in several tabs work', () => {
    const response = newResponse();

    expect(nonces.issue(requestWithNonces(nonce), response)).toBe(nonce);
    expect(cookiesOf(response)).toEqual([
      `__Host-stytch_confirm=${nonce}; Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ]);
  });

  it('does not reuse a nonce if the browser sends different ones', () => {
    const issued = nonces.issue(requestWithNonces(nonce, otherNonce), newResponse());

    expect([nonce, otherNonce]).not.toContain(issued);
  });

  it.each(['', 'short', 'n'.repeat(42), 'n'.repeat(44), `${'n'.repeat(42)}=`])(
    'does not reuse the malformed nonce "%s"',
    (malformed) => {
      const issued = nonces.issue(requestWithNonces(malformed), newResponse());

      expect(issued).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(issued).not.toBe(malformed);
    },
  );
});

describe('isValid', () => {
  it('accepts the nonce that the cookie of the browser contains', () => {
    expect(nonces.isValid(requestWithNonces(nonce), nonce)).toBe(true);
  });

  it('rejects another nonce than the one of the cookie', () => {
    expect(nonces.isValid(requestWithNonces(nonce), otherNonce)).toBe(false);
  });

  it('rejects a nonce without a cookie', () => {
    expect(nonces.isValid(requestWith(), nonce)).toBe(false);
  });

  it('rejects a nonce if another one is also sent, since a sibling host may have set it', () => {
    expect(nonces.isValid(requestWithNonces(nonce, otherNonce), nonce)).toBe(false);
    expect(nonces.isValid(requestWithNonces(otherNonce, nonce), nonce)).toBe(false);
  });

  it('ignores malformed cookies next to the right one', () => {
    expect(nonces.isValid(requestWithNonces('short', nonce), nonce)).toBe(true);
  });

  it('rejects a malformed nonce even if the cookie contains the same', () => {
    expect(nonces.isValid(requestWithNonces('short'), 'short')).toBe(false);
    expect(nonces.isValid(requestWithNonces(''), '')).toBe(false);
  });

  it('ignores a cookie without the __Host- prefix on https', () => {
    expect(nonces.isValid(requestWith(`stytch_confirm=${nonce}`), nonce)).toBe(false);
  });

  it.each([undefined, null, 1, [nonce], { nonce }])('rejects %j, which is not a string', (value) => {
    expect(nonces.isValid(requestWithNonces(nonce), value)).toBe(false);
  });

  it('rejects a nonce of another length without an error', () => {
    expect(nonces.isValid(requestWithNonces(nonce), `${nonce}n`)).toBe(false);
  });
});

describe('clear', () => {
  it('deletes the nonce cookie with the attributes it was set with', () => {
    const response = newResponse();
    nonces.clear(response);

    expect(cookiesOf(response)).toEqual([
      '__Host-stytch_confirm=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
    ]);
  });
});
