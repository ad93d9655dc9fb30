import type { IncomingMessage } from 'node:http';
import type { Session } from '../identity/session.js';
import type { Client } from '../identity/client.js';
import {
  attachPrincipal,
  clientOf,
  principalOf,
  principalOfArguments,
  sessionOf,
} from './attached-principal.js';

const session: Session = Object.freeze({
  kind: 'user',
  userId: 'user-test-1',
  sessionId: 'session-test-1',
  startedAt: '2027-01-15T08:00:00Z',
  expiresAt: '2027-01-15T09:00:00Z',
  authenticationFactors: [],
  roles: [],
  customClaims: {},
});
const client: Client = Object.freeze({
  kind: 'm2m_client',
  clientId: 'm2m-client-test-1',
  scopes: ['read:documents'],
  expiresAt: '2027-01-15T09:00:00Z',
  customClaims: {},
});
const newRequest = (properties: object = {}) => ({ ...properties }) as unknown as IncomingMessage;

describe('sessionOf', () => {
  it('returns the session that was attached to a request of Node or Express', () => {
    const request = newRequest();
    attachPrincipal(request, session);

    expect(sessionOf(request)).toBe(session);
  });

  it('returns the session that was attached to the raw request of a Fastify request', () => {
    const raw = newRequest();
    attachPrincipal(raw, session);

    expect(sessionOf({ raw })).toBe(session);
  });

  it('returns undefined if no session was attached', () => {
    expect([sessionOf(newRequest()), sessionOf({ raw: newRequest() })]).toEqual([undefined, undefined]);
  });

  it('ignores properties named session and user, which other packages set', () => {
    expect(
      sessionOf(newRequest({ session, user: session, 'nestjs-stytch:session': session })),
    ).toBeUndefined();
  });

  it('returns the session of each request separately', () => {
    const [one, other] = [newRequest(), newRequest()];
    const otherSession = Object.freeze({ ...session, userId: 'user-test-2' });
    attachPrincipal(one, session);
    attachPrincipal(other, otherSession);

    expect([sessionOf(one), sessionOf(other)]).toEqual([session, otherSession]);
  });
});

describe('what is attached to a request', () => {
  it('is a session, a client or nothing, and never two of them', () => {
    const requests = [session, client].map((principal) => {
      const request = newRequest();
      attachPrincipal(request, principal);
      return request;
    });

    expect(
      [...requests, newRequest()].map((request) => [
        principalOf(request),
        sessionOf(request),
        clientOf(request),
      ]),
    ).toEqual([
      [session, session, undefined],
      [client, undefined, client],
      [undefined, undefined, undefined],
    ]);
  });
});

describe('attachPrincipal', () => {
  it('sets only the property of the global symbol, which both builds of this package share', () => {
    const request = newRequest();
    attachPrincipal(request, session);

    expect(Reflect.ownKeys(request)).toEqual([Symbol.for('nestjs-stytch:principal')]);
  });

  it('replaces the session that was attached before', () => {
    const request = newRequest();
    const refreshed = Object.freeze({ ...session, expiresAt: '2027-01-15T10:00:00Z' });
    attachPrincipal(request, session);
    attachPrincipal(request, refreshed);

    expect(sessionOf(request)).toBe(refreshed);
  });
});

describe('principalOfArguments', () => {
  const attachedTo = (principal: Session | Client) => {
    const argument = {};
    attachPrincipal(argument, principal);
    return argument;
  };

  it('prefers the last argument, which the call has alone, to those that it shares with others', () => {
    expect(principalOfArguments([{}, null, attachedTo(client), attachedTo(session)])).toBe(session);
    expect(principalOfArguments([undefined, 'text', attachedTo(client), {}])).toBe(client);
  });

  it('returns undefined for what a client sent, whatever it is', () => {
    const sent: unknown = JSON.parse(JSON.stringify({ 'nestjs-stytch:principal': session }));

    expect(principalOfArguments([sent, 'Symbol(nestjs-stytch:principal)', 1, undefined])).toBeUndefined();
  });
});
