import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { refusalOf } from '../errors/refusal.js';
import { requireExchange } from '../http/http-exchange.js';
import type { EndSession } from './end-session.js';
import { SignOut } from './sign-out.js';
import { resolvedOptions } from '../../../test/support/resolved-options.js';

const options = resolvedOptions();

function exchangeWith(headers: Record<string, string>) {
  const request = Object.assign(new IncomingMessage(new Socket()), { method: 'POST' });
  Object.assign(request.headers, headers);
  return { request, response: new ServerResponse(request) };
}

describe('SignOut', () => {
  let calls: unknown[];
  let signOut: SignOut;
  beforeEach(() => {
    calls = [];
    const endSession = {
      end: (...parameters: unknown[]) => {
        calls.push(parameters);
        return Promise.resolve({ kind: 'signed_out' });
      },
    };
    signOut = new SignOut(endSession as unknown as EndSession, options);
  });

  it('refuses a sign-out that another site sends, and nothing else runs', async () => {
    const { request, response } = exchangeWith({
      'sec-fetch-site': 'cross-site',
      origin: 'https://evil.example',
    });

    expect(await signOut.signOut(request, response, { everywhere: true })).toEqual({
      kind: 'refused',
      refusal: refusalOf('cross_site_refused'),
    });
    expect(calls).toEqual([]);
    expect({ ...response.getHeaders() }).toEqual({});
  });

  it('ends the session of a request of this site and returns the result', async () => {
    const { request, response } = exchangeWith({ 'sec-fetch-site': 'same-origin' });

    expect(await signOut.signOut(request, response)).toEqual({ kind: 'signed_out' });
    expect(calls).toEqual([[requireExchange(request, response), {}]]);
  });

  it('ends all sessions of the user with everywhere', async () => {
    const { request, response } = exchangeWith({ 'sec-fetch-site': 'same-origin' });

    await signOut.signOut(request, response, { everywhere: true });

    expect(calls).toEqual([[requireExchange(request, response), { everywhere: true }]]);
  });

  it('rejects with a TypeError for anything but a request and response of Express or Fastify', async () => {
    await expect(signOut.signOut({}, {})).rejects.toThrow(TypeError);
    expect(calls).toEqual([]);
  });
});
