import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { StytchModuleOptions } from '../options/module.options.js';
import { magicLinks } from './methods/magic-link/magic-links.js';
import { codeChallengeOf, SignInBindings, type SignInPurpose } from './sign-in-binding.js';
import { consumerProduct } from '../module/consumer-product.js';
import { SignInMethods } from './sign-in-methods.js';
import { resolvedOptions } from '../../../test/support/resolved-options.js';

const bindingsWith = (given: Partial<StytchModuleOptions> = {}) =>
  createBindings(
    resolvedOptions({ pages: { afterLogin: '/home', returnOrigins: ['https://www.example.com'] }, ...given }),
  );
const createBindings = (options: ReturnType<typeof resolvedOptions>) =>
  new SignInBindings(options, new SignInMethods(options, consumerProduct.product));
const bindings = bindingsWith();
const verifier = 'v'.repeat(43);
const otherVerifier = 'w'.repeat(43);

const cookieOf = (codeVerifier: string, returnTo: string) =>
  `${codeVerifier}.${Buffer.from(returnTo).toString('base64url')}`;
const ada = 'ada@example.com';
const to = (returnTo: unknown, recipient = ada) => ({ method: 'magic-link', recipient, returnTo });
const requestWith = (cookie?: string) => ({ headers: { cookie } }) as unknown as IncomingMessage;
const requestWithBindings = (...values: string[]) =>
  requestWith(values.map((value) => `__Host-stytch_login=${value}`).join('; '));
const newResponse = () => new ServerResponse(new IncomingMessage(new Socket()));
const cookiesOf = (response: ServerResponse) =>
  response.writeHead(200).getHeader('set-cookie') as unknown as string[];
/** With the encrypted state replaced. */
const cookiesWithoutState = (response: ServerResponse) =>
  cookiesOf(response).map((cookie) => cookie.replace(/\.[A-Za-z0-9_-]{1190};/, '.<state>;'));
/** Starts a sign-in in a browser. */
function bind(
  of: SignInBindings,
  request: IncomingMessage,
  response: ServerResponse,
  purpose: SignInPurpose,
) {
  const binding = of.create(request, purpose);
  of.write(response, binding);
  return binding;
}
/** A request of the browser that got the response. */
const requestAfter = (response: ServerResponse) => requestWith(cookiesOf(response)[0]?.replace(/;.*/, ''));

describe('read', () => {
  it('returns the code verifier and the return address of the cookie', () => {
    expect(bindings.read(requestWithBindings(cookieOf(verifier, '/orders?page=2#ü')))).toEqual({
      codeVerifier: verifier,
      returnTo: '/orders?page=2#%C3%BC',
    });
  });

  it('returns undefined for a request without the cookie', () => {
    expect(bindings.read(requestWith())).toBeUndefined();
  });

  it('returns undefined if the browser sends different bindings, since a sibling host may have set one', () => {
    const request = requestWithBindings(cookieOf(verifier, '/'), cookieOf(otherVerifier, '/'));

    expect(bindings.read(request)).toBeUndefined();
  });

  it('ignores malformed cookies next to a valid one', () => {
    expect(bindings.read(requestWithBindings('x', cookieOf(verifier, '/orders')))).toEqual({
      codeVerifier: verifier,
      returnTo: '/orders',
    });
  });

  it.each([
    ['no dot', verifier],
    ['a verifier that is too short', cookieOf('v'.repeat(42), '/')],
    ['a verifier that is too long', cookieOf('v'.repeat(44), '/')],
    ['an address that is not base64url', `${verifier}./orders`],
    ['an address of more than 2800 characters', `${verifier}.${'a'.repeat(2801)}`],
  ])('returns undefined for a cookie with %s', (_, value) => {
    expect(bindings.read(requestWithBindings(value))).toBeUndefined();
  });

  it('ignores a cookie without the __Host- prefix on https', () => {
    expect(bindings.read(requestWith(`stytch_login=${cookieOf(verifier, '/')}`))).toBeUndefined();
  });

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', ''])(
    'replaces the return address "%s" of the cookie by pages.afterLogin',
    (returnTo) => {
      expect(bindings.read(requestWithBindings(cookieOf(verifier, returnTo)))).toEqual({
        codeVerifier: verifier,
        returnTo: '/home',
      });
    },
  );
});

describe('create and write', () => {
  it('sets the binding as a cookie that lives as long as the link', () => {
    const response = newResponse();
    const binding = bind(
      bindingsWith({ methods: [magicLinks({ expiresInMinutes: 15 })] }),
      requestWith(),
      response,
      to('/orders'),
    );

    expect(binding).toMatchObject({
      codeVerifier: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      returnTo: '/orders',
    });
    expect(cookiesWithoutState(response)).toEqual([
      `__Host-stytch_login=${cookieOf(binding.codeVerifier, '/orders')}.<state>; Max-Age=900; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ]);
  });

  it('sets a Lax cookie even if the session cookies are Strict, because the link is opened from an email', () => {
    const response = newResponse();
    bind(bindingsWith({ cookies: { sameSite: 'strict' } }), requestWithBindings(), response, to('/'));

    expect(cookiesOf(response)).toEqual([expect.stringMatching(/; SameSite=Lax$/)]);
  });

  it('omits Secure and the __Host- prefix on http loopback', () => {
    const response = newResponse();
    const { codeVerifier } = bind(
      bindingsWith({ appUrl: 'http://localhost:3000' }),
      requestWith(),
      response,
      to('/orders'),
    );

    expect(cookiesWithoutState(response)).toEqual([
      `stytch_login=${cookieOf(codeVerifier, '/orders')}.<state>; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax`,
    ]);
  });

  it('generates a different verifier for each browser', () => {
    const verifiers = Array.from(
      { length: 3 },
      () => bind(bindings, requestWith(), newResponse(), to('/')).codeVerifier,
    );

    expect(new Set(verifiers).size).toBe(3);
  });

  it('reuses the verifier of the browser with the new return address, so that all its links work', () => {
    const response = newResponse();
    const binding = bind(bindings, requestWithBindings(cookieOf(verifier, '/old')), response, to('/new'));

    expect(binding).toMatchObject({ codeVerifier: verifier, returnTo: '/new' });
    expect(cookiesWithoutState(response)).toEqual([
      `__Host-stytch_login=${cookieOf(verifier, '/new')}.<state>; Max-Age=3600; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ]);
  });

  it('generates a new verifier if the browser sends different bindings', () => {
    const request = requestWithBindings(cookieOf(verifier, '/'), cookieOf(otherVerifier, '/'));

    expect([verifier, otherVerifier]).not.toContain(
      bind(bindings, request, newResponse(), to('/')).codeVerifier,
    );
  });

  it.each(['https://evil.example/', '//evil.example', undefined, ['/orders']])(
    'stores pages.afterLogin instead of the requested return address %j',
    (requested) => {
      expect(
        bind(bindings, requestWithBindings(cookieOf(verifier, '/')), newResponse(), to(requested)),
      ).toMatchObject({
        codeVerifier: verifier,
        returnTo: '/home',
      });
    },
  );
});

describe('knownBrowser', () => {
  function bound(of = bindings, address = ada) {
    const response = newResponse();
    const { codeVerifier } = bind(of, requestWith(), response, to('/orders', address));
    return { codeVerifier, request: requestAfter(response) };
  }
  const valueOf = ({ headers }: IncomingMessage) => headers.cookie?.replace('__Host-stytch_login=', '') ?? '';

  it('identifies a browser that requested a link from any process of the application', () => {
    const { codeVerifier, request } = bound(bindingsWith());

    expect(bindingsWith().knownBrowser(request)).toBe(codeVerifier);
    expect(bindingsWith().browserKnownFor(request, ada)).toBe(codeVerifier);
  });

  it('does not know a browser whose sign-in has expired, whatever the browser keeps', () => {
    let nowMs = Date.now();
    const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
    const ofClock = bindingsWith({ clock });
    const { codeVerifier, request } = bound(ofClock);
    nowMs += 3_599_000;
    expect(ofClock.browserKnownFor(request, ada)).toBe(codeVerifier);
    nowMs += 1_000;

    expect(ofClock.knownBrowser(request)).toBeUndefined();
    expect(ofClock.browserKnownFor(request, ada)).toBeUndefined();
    expect(ofClock.read(request)?.codeVerifier).toBe(codeVerifier);
  });

  it('does not know a browser for another email address', () => {
    const { request } = bound();

    expect(bindings.browserKnownFor(request, 'grace@example.com')).toBeUndefined();
  });

  it('knows a browser for the address of its last link only, with the same verifier', () => {
    const first = bound();
    const response = newResponse();
    bind(bindings, first.request, response, to('/', 'grace@example.com'));
    const request = requestAfter(response);

    expect(bindings.browserKnownFor(request, 'grace@example.com')).toBe(first.codeVerifier);
    expect(bindings.browserKnownFor(request, ada)).toBeUndefined();
  });

  it.each<[string, () => IncomingMessage]>([
    ['no cookie', () => requestWith()],
    ['a cookie without state', () => requestWithBindings(cookieOf(verifier, '/'))],
    ['a made-up state', () => requestWithBindings(`${cookieOf(verifier, '/')}.${'s'.repeat(1190)}`)],
    [
      'the state of another verifier',
      () => requestWithBindings(valueOf(bound().request).replace(/^[^.]+/, verifier)),
    ],
    [
      'the state of an application with another secret',
      () => bound(bindingsWith({ secret: 'secret-test-of-another-spec=' })).request,
    ],
    ['two different bindings', () => requestWithBindings(valueOf(bound().request), valueOf(bound().request))],
  ])('does not know a browser with %s', (_, request) => {
    expect(bindings.knownBrowser(request())).toBeUndefined();
    expect(bindings.browserKnownFor(request(), ada)).toBeUndefined();
  });

  it('keeps the email address, its length and what browsers have in common out of the cookie', () => {
    const states = [bound(), bound(), bound(bindings, `${'a'.repeat(200)}@example.com`)].map(
      ({ request }) => valueOf(request).split('.')[2] ?? '',
    );

    expect(new Set(states).size).toBe(3);
    expect(states.map((state) => state.length)).toEqual([1190, 1190, 1190]);
    expect(Buffer.from(states[0] ?? '', 'base64url').toString()).not.toContain('ada');
  });
});

describe('what a method seals', () => {
  it('keeps what a method needs for its next step, next to the rest of the binding', () => {
    const response = newResponse();
    const binding = bind(bindings, requestWith(), response, to('/orders'));
    bindings.write(response, binding, 'email-test-1');

    expect(bindings.read(requestAfter(response))).toEqual({
      ...binding,
      state: { ...binding.state, sealed: 'email-test-1' },
    });
  });

  it('refuses more than the cookie has room for', () => {
    const response = newResponse();
    const binding = bind(bindings, requestWith(), response, to('/'));

    expect(() => {
      bindings.write(response, binding, 's'.repeat(865));
    }).toThrow('What a sign-in method seals must be up to 128 bytes.');
  });
});

describe('safeReturnTo', () => {
  it.each([
    ['/orders', '/orders'],
    ['https://www.example.com/orders', 'https://www.example.com/orders'],
    ['https://evil.example/orders', '/home'],
    [undefined, '/home'],
  ])('resolves %s to %s', (requested, returnTo) => {
    expect(bindings.safeReturnTo(requested)).toBe(returnTo);
  });
});

describe('clear', () => {
  it('deletes the binding cookie with the attributes it was set with', () => {
    const response = newResponse();
    bindings.clear(response);

    expect(cookiesOf(response)).toEqual([
      '__Host-stytch_login=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
    ]);
  });
});

describe('codeChallengeOf', () => {
  it('returns the code challenge of the example in RFC 7636 appendix B', () => {
    expect(codeChallengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    );
  });
});
