import type { ExecutionContext } from '@nestjs/common';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { resolvedOptions } from '../../../test/support/resolved-options.js';
import type { StytchTransport } from '../ports/transport.js';
import type { BearerAuthenticator } from '../session/authenticate-bearer.js';
import type { RequestAuthenticator } from '../session/authenticate-request.js';
import type { AccessRequirement } from './access-requirements.js';
import { CallAuthenticator } from './call-authenticator.js';
import { TransportedCall } from './transported-call.js';

describe('the authentication of calls that belong together', () => {
  let nowMs = 0;
  let count = 0;
  const authenticate = () => {
    count += 1;
    return `result ${count}`;
  };
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  const authenticator = new CallAuthenticator(
    { authenticate } as unknown as RequestAuthenticator,
    { authenticate } as unknown as BearerAuthenticator,
    resolvedOptions({ clock }),
  );
  const newRequest = () => Object.assign(new IncomingMessage(new Socket()), { method: 'GET' });
  const callOf = (request: IncomingMessage, sharesAuthentication = true) => {
    const transport: StytchTransport = {
      contextType: 'graphql',
      callOf: () => ({ request, target: {}, sharesAuthentication }),
    };
    return TransportedCall.of({} as ExecutionContext, transport)!;
  };
  const accepting = (...credentials: string[]) =>
    ({ credentials: new Set(credentials) }) as unknown as AccessRequirement;

  beforeEach(() => {
    nowMs = 0;
    count = 0;
  });

  it('happens once for a thousand calls with one request', () => {
    const request = newRequest();
    for (let at = 0; at < 1000; at += 1) {
      expect(authenticator.byCookies(callOf(request))).toBe('result 1');
    }
    expect(count).toBe(1);
  });

  it('happens again a second later', () => {
    const request = newRequest();
    void authenticator.byCookies(callOf(request));
    nowMs = 999;
    expect(authenticator.byCookies(callOf(request))).toBe('result 1');
    nowMs = 1000;
    expect(authenticator.byCookies(callOf(request))).toBe('result 2');
  });

  it('happens for each request, each age of tokens and each set of accepted credentials', () => {
    const request = newRequest();
    void authenticator.byCookies(callOf(request));
    void authenticator.byCookies(callOf(newRequest()));
    void authenticator.byCookies(callOf(request), 0);
    void authenticator.byCookies(callOf(request), 60);
    void authenticator.byBearer(callOf(request), accepting('bearer', 'm2m'));
    void authenticator.byBearer(callOf(request), accepting('bearer'));
    void authenticator.byBearer(callOf(request), accepting('m2m', 'bearer'));

    expect(count).toBe(6);
  });

  it('happens for each call of a transport that does not ask for it', () => {
    const request = newRequest();
    void authenticator.byCookies(callOf(request, false));
    void authenticator.byCookies(callOf(request, false));

    expect(count).toBe(2);
  });
});
