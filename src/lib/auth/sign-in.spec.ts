import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { refusalOf } from '../errors/refusal.js';
import { requireExchange } from '../http/http-exchange.js';
import type { SignInPipeline } from './sign-in-pipeline.js';
import { consumerProduct } from '../module/consumer-product.js';
import { SignInMethods } from './sign-in-methods.js';
import { SignIn } from './sign-in.js';
import { resolvedOptions } from '../../../test/support/resolved-options.js';

const options = resolvedOptions();
const methods = new SignInMethods(options, consumerProduct.product);
const fromOtherSite = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
const fromThisSite = { 'sec-fetch-site': 'same-origin' };
const startRequest = { fields: { email: 'ada@example.com' }, returnTo: '/orders' };
const confirmRequest = { token: 'token-1', tokenType: 'magic_links', nonce: 'nonce-1', fields: {} };

function exchangeWith(method: string, headers: Record<string, string>) {
  const request = Object.assign(new IncomingMessage(new Socket()), { method });
  Object.assign(request.headers, headers);
  return { request, response: new ServerResponse(request) };
}

describe('SignIn', () => {
  let calls: unknown[];
  let signIn: SignIn;
  beforeEach(() => {
    calls = [];
    const record =
      (name: string, result: object) =>
      (...parameters: unknown[]) => {
        calls.push([name, ...parameters]);
        return Promise.resolve(result);
      };
    const pipeline = {
      start: record('start', { kind: 'sent' }),
      complete: record('complete', { kind: 'prefetch' }),
      confirm: record('confirm', refusalResult('link_not_confirmed')),
    };
    signIn = new SignIn(pipeline as unknown as SignInPipeline, methods, options);
  });
  const refusalResult = (...refusal: Parameters<typeof refusalOf>) => ({
    kind: 'refused',
    refusal: refusalOf(...refusal),
  });

  it('refuses a start of another site, and nothing else runs', async () => {
    const { request, response } = exchangeWith('POST', fromOtherSite);

    expect(await signIn.start('magic-link', request, response, startRequest)).toEqual(
      refusalResult('cross_site_refused'),
    );
    expect(calls).toEqual([]);
    expect({ ...response.getHeaders() }).toEqual({});
  });

  it('refuses a confirmation of another site, and nothing else runs', async () => {
    const { request, response } = exchangeWith('POST', fromOtherSite);

    expect(await signIn.confirm(request, response, confirmRequest)).toEqual(
      refusalResult('cross_site_refused'),
    );
    expect(calls).toEqual([]);
    expect({ ...response.getHeaders() }).toEqual({});
  });

  it('passes a start of this site on and returns its result', async () => {
    const { request, response } = exchangeWith('POST', fromThisSite);

    expect(await signIn.start('magic-link', request, response, startRequest)).toEqual({ kind: 'sent' });
    expect(calls).toEqual([
      ['start', requireExchange(request, response), methods.find('magic-link'), startRequest],
    ]);
  });

  it('passes a confirmation of this site on and returns its result', async () => {
    const { request, response } = exchangeWith('POST', fromThisSite);

    expect(await signIn.confirm(request, response, confirmRequest)).toEqual(
      refusalResult('link_not_confirmed'),
    );
    expect(calls).toEqual([['confirm', requireExchange(request, response), confirmRequest]]);
  });

  it('completes a sign-in whose link is opened from another site, such as a web mailer', async () => {
    const { request, response } = exchangeWith('GET', fromOtherSite);

    expect(await signIn.complete(request, response)).toEqual({ kind: 'prefetch' });
    expect(calls).toEqual([['complete', requireExchange(request, response)]]);
  });

  it('rejects with a TypeError for anything but a request and response of Express or Fastify', async () => {
    await expect(signIn.start('magic-link', {}, {}, startRequest)).rejects.toThrow(TypeError);
    await expect(signIn.complete({}, {})).rejects.toThrow(TypeError);
    await expect(signIn.confirm({}, {}, confirmRequest)).rejects.toThrow(TypeError);
    expect(calls).toEqual([]);
  });

  it.each(['start', 'finish'] as const)('rejects %s of a method that is not switched on', async (step) => {
    const { request, response } = exchangeWith('POST', fromThisSite);

    await expect(signIn[step]('carrier-pigeon', request, response, { fields: {} })).rejects.toThrow(
      "There is no sign-in method 'carrier-pigeon' with this step. The option methods has: 'magic-link'.",
    );
    expect(calls).toEqual([]);
  });
});
