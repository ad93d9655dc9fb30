import { jest } from '@jest/globals';
import { ApplicationConfig } from '@nestjs/core';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { refusalDefinitions, refusalOf, type RefusalCode } from '../errors/refusal.js';
import type { StytchRefusalException } from '../errors/stytch-refusal.exception.js';
import type { StytchEvent } from '../events/stytch-event.js';
import { StytchEvents } from '../events/stytch-events.js';
import { ApplicationRoutes } from './application-routes.js';
import { requireExchange } from './http-exchange.js';
import { OrganizationHosts } from './organization-hosts.js';
import { StytchRefusals } from './refusals.js';
import { resolvedOptions } from '../../../test/support/resolved-options.js';

const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
const script = { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };

beforeEach(() => {
  // The default Retry-After is random: this one is 5.
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  jest.restoreAllMocks();
});

function refusalsWith({ login, routes }: { login?: string; routes?: false } = {}) {
  const options = resolvedOptions(
    { pages: { login }, clock: { nowMs: () => 0, monotonicMs: () => 0 } },
    { routes },
  );
  const events: StytchEvent[] = [];
  const stytchEvents = new StytchEvents(options);
  stytchEvents.subscribe((event) => events.push(event));
  const refusals = new StytchRefusals(
    new ApplicationRoutes(options, new ApplicationConfig()),
    new OrganizationHosts(options),
    stytchEvents,
  );
  return { refusals, events };
}

function exchangeFor(url: string, headers: Record<string, string>, method = 'GET') {
  const request = Object.assign(new IncomingMessage(new Socket()), { method, url });
  Object.assign(request.headers, headers);
  const response = new ServerResponse(request);
  return { request, response, sent: () => ({ ...response.getHeaders() }) };
}

/** The body and the headers of the response to a refused request. */
function responseTo(
  code: RefusalCode,
  url = '/orders',
  headers: Record<string, string> = script,
  { refusals } = refusalsWith(),
) {
  const { request, response, sent } = exchangeFor(url, headers);
  const exception = refusals.toException(refusalOf(code), request, response);
  return { body: exception.getResponse(), status: exception.getStatus(), headers: sent() };
}

const locationFor = (url: string, target = refusalsWith()) =>
  responseTo('session_missing', url, navigation, target).headers['location'];

describe('the exception for a refused request', () => {
  it.each<[number, string, RefusalCode, object]>([
    [400, 'Bad Request', 'email_invalid', {}],
    [401, 'Unauthorized', 'session_expired', { 'www-authenticate': 'Session error="session_expired"' }],
    [401, 'Unauthorized', 'token_missing', { 'www-authenticate': 'Bearer' }],
    [401, 'Unauthorized', 'token_invalid', { 'www-authenticate': 'Bearer error="invalid_token"' }],
    [403, 'Forbidden', 'scope_missing', { 'www-authenticate': 'Bearer error="insufficient_scope"' }],
    [403, 'Forbidden', 'cross_site_refused', {}],
    [410, 'Gone', 'link_used_or_expired', {}],
    [429, 'Too Many Requests', 'rate_limited', { 'retry-after': '5' }],
    [503, 'Service Unavailable', 'stytch_unavailable', { 'retry-after': '5' }],
  ])('has the status, the body and the headers of %d %s', (status, error, code, headers) => {
    expect(responseTo(code)).toEqual({
      status,
      body: { statusCode: status, error, message: refusalDefinitions[code].message, code },
      headers: { 'cache-control': 'no-store', ...headers },
    });
  });

  it('sends the retry delay of the refusal', () => {
    const { request, response, sent } = exchangeFor('/orders', script);
    refusalsWith().refusals.toException(refusalOf('rate_limited', 77), request, response);

    expect(sent()).toEqual({ 'cache-control': 'no-store', 'retry-after': '77' });
  });

  it('throws a TypeError if it is not given a request and response of Express or Fastify', () => {
    expect(() => refusalsWith().refusals.toException(refusalOf('session_missing'), {}, {})).toThrow(
      TypeError,
    );
  });
});

describe('the redirect to the login page', () => {
  it('has the status 303 and contains the way back', () => {
    expect(responseTo('session_missing', '/orders?page=2&sort=a', navigation)).toEqual({
      status: 303,
      body: {
        statusCode: 303,
        error: 'See Other',
        message: 'Sign in to continue.',
        code: 'session_missing',
      },
      headers: {
        'cache-control': 'no-store',
        location: '/auth/login?return_to=%2Forders%3Fpage%3D2%26sort%3Da',
      },
    });
  });

  it.each(['stytch_unavailable', 'clock_skew'] as const)(
    'is not used for %s (503), because the user may be signed in',
    (code) => {
      const { status, headers } = responseTo(code, '/orders', navigation);

      expect({ status, headers }).toEqual({
        status: 503,
        headers: { 'cache-control': 'no-store', 'retry-after': '5' },
      });
    },
  );

  it.each([
    'cross_site_refused',
    'sign_in_refused',
    'link_invalid',
    'rate_limited',
    'token_invalid',
  ] as const)('is not used for %s, because signing in does not help', (code) => {
    expect(responseTo(code, '/orders', navigation).headers).not.toHaveProperty('location');
  });

  it('is not used for a request of a script', () => {
    expect(responseTo('session_missing', '/orders', script).headers).toEqual({
      'cache-control': 'no-store',
      'www-authenticate': 'Session error="session_missing"',
    });
  });

  it.each(['/auth/login', '/auth/login?return_to=%2Forders', '/auth/login?\n', '/auth/login#top'])(
    'does not lead from the login page %j to itself',
    (url) => {
      expect(locationFor(url)).toBeUndefined();
    },
  );

  it('does not lead from a login page of the application with a query to itself', () => {
    const login = '/welcome?lang=en';

    expect(locationFor('/welcome', refusalsWith({ login }))).toBeUndefined();
    expect(locationFor('/welcome?lang=de', refusalsWith({ login }))).toBeUndefined();
  });

  it('is used for a page whose path only starts like the login page', () => {
    expect(locationFor('/auth/login/help')).toBe('/auth/login?return_to=%2Fauth%2Flogin%2Fhelp');
  });

  it('keeps the query and the fragment of the login page of the application', () => {
    expect(locationFor('/orders', refusalsWith({ login: '/welcome?lang=en#form' }))).toBe(
      '/welcome?lang=en&return_to=%2Forders#form',
    );
  });

  it('keeps a return address of 2,048 characters and no longer one', () => {
    const target = `/${'a'.repeat(2047)}`;

    expect(locationFor(target)).toBe(`/auth/login?return_to=%2F${'a'.repeat(2047)}`);
    expect(locationFor(`${target}a`)).toBe('/auth/login');
  });

  it.each(['\u00fc', '[', '&'])(
    'is never longer than 6,144 characters, also for a path of %s',
    (character) => {
      expect(locationFor(`/${character.repeat(2047)}`)).toBe('/auth/login');
    },
  );

  it('passes on a request target that is no valid URL', () => {
    expect(locationFor('http://[invalid/orders')).toBe(
      '/auth/login?return_to=http%3A%2F%2F%5Binvalid%2Forders',
    );
  });

  it('contains the original URL if a router of Express shortened it', () => {
    const { request, response, sent } = exchangeFor('/2', navigation);
    Object.assign(request, { originalUrl: '/orders/2' });
    refusalsWith().refusals.toException(refusalOf('session_missing'), request, response);

    expect(sent()['location']).toBe('/auth/login?return_to=%2Forders%2F2');
  });

  it('is not used with routes: false and without pages.login', () => {
    expect(locationFor('/orders', refusalsWith({ routes: false }))).toBeUndefined();
  });

  it('leads to pages.login with routes: false', () => {
    expect(locationFor('/orders', refusalsWith({ routes: false, login: '/welcome' }))).toBe(
      '/welcome?return_to=%2Forders',
    );
  });
});

describe('the event of a refusal', () => {
  const refuse: Record<string, (refusals: StytchRefusals) => StytchRefusalException | object> = {
    'an exception': (refusals) => {
      const { request, response } = exchangeFor('/orders', script);
      return refusals.toException(refusalOf('session_missing'), request, response);
    },
    'a redirect': (refusals) => {
      const { request, response } = exchangeFor('/orders', navigation);
      return refusals.toException(refusalOf('session_missing'), request, response);
    },
    'a prepared response': (refusals) => {
      const { request, response } = exchangeFor('/orders', navigation);
      return refusals.prepare(refusalOf('session_missing'), requireExchange(request, response));
    },
  };

  it.each(Object.keys(refuse))('is emitted once for %s', (name) => {
    const { refusals, events } = refusalsWith();
    refuse[name]?.(refusals);

    expect(events).toEqual([{ type: 'refused', code: 'session_missing', at: '1970-01-01T00:00:00.000Z' }]);
  });
});

describe('prepare', () => {
  it('sets the headers of the status, returns the refusal and does not redirect', () => {
    const { request, response, sent } = exchangeFor('/orders', navigation);
    const refusal = refusalOf('session_missing');

    expect(refusalsWith().refusals.prepare(refusal, requireExchange(request, response))).toBe(refusal);
    expect(sent()).toEqual({
      'cache-control': 'no-store',
      'www-authenticate': 'Session error="session_missing"',
    });
  });
});

describe('the exception for a request for another organization', () => {
  const mismatchFor = (
    url: string,
    headers: Record<string, string>,
    { tenant = 'acme', target = refusalsWith(), method = 'GET' } = {},
  ) => {
    const { request, response, sent } = exchangeFor(url, headers, method);
    const exception = target.refusals.mismatchExceptionFor({ tenant }, requireExchange(request, response));
    return { body: exception.getResponse(), status: exception.getStatus(), headers: sent() };
  };
  const { message } = refusalDefinitions.organization_mismatch;
  const forbidden = {
    status: 403,
    body: { statusCode: 403, error: 'Forbidden', message, code: 'organization_mismatch' },
    headers: { 'cache-control': 'no-store' },
  };

  it('redirects a page navigation to the page that offers to switch', () => {
    expect(mismatchFor('/acme/orders?page=2', navigation)).toEqual({
      status: 303,
      body: { statusCode: 303, error: 'See Other', message, code: 'organization_mismatch' },
      headers: {
        'cache-control': 'no-store',
        location: '/auth/switch?organization=acme&return_to=%2Facme%2Forders%3Fpage%3D2',
      },
    });
  });

  it.each<[string, ReturnType<typeof mismatchFor>]>([
    ['a script', mismatchFor('/acme/orders', script)],
    ['a form', mismatchFor('/acme/orders', navigation, { method: 'POST' })],
    [
      'a page navigation without login routes',
      mismatchFor('/acme/orders', navigation, { target: refusalsWith({ routes: false }) }),
    ],
  ])('is a 403 for %s', (_, response) => {
    expect(response).toEqual(forbidden);
  });

  it('is a 403 for a page navigation that names nothing to switch to', () => {
    const { request, response, sent } = exchangeFor('/acme/orders', navigation);
    const exception = refusalsWith().refusals.mismatchExceptionFor({}, requireExchange(request, response));

    expect([exception.getStatus(), exception.getResponse(), sent()]).toEqual([
      403,
      forbidden.body,
      forbidden.headers,
    ]);
  });

  it('leaves out a way back that is too long', () => {
    const { location } = mismatchFor(`/acme/${'a'.repeat(2048)}`, navigation).headers;

    expect(location).toBe('/auth/switch?organization=acme');
  });

  it('emits an event', () => {
    const target = refusalsWith();
    mismatchFor('/acme/orders', navigation, { target });
    mismatchFor('/acme/orders', script, { target });

    const event = { type: 'refused', code: 'organization_mismatch', at: '1970-01-01T00:00:00.000Z' };
    expect(target.events).toEqual([event, event]);
  });
});
