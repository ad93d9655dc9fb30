import { Agent } from 'undici';
import { StytchOptionsError } from '../errors/stytch-options.error.js';
import type { StytchModuleOptions } from './module.options.js';
import { resolveOptions } from './resolve-options.js';
import { systemClock } from './system-clock.js';

const id = '5f0d9c1e-0000-4000-8000-000000000001';
const required = {
  projectId: `project-test-${id}`,
  secret: 'secret-test-of-these-specs=',
  appUrl: 'https://app.example.com',
};

const isDeepFrozen = (value: unknown): boolean =>
  value === systemClock ||
  typeof value !== 'object' ||
  value === null ||
  value instanceof Set ||
  (Object.isFrozen(value) && Object.values(value).every(isDeepFrozen));

describe('resolveOptions', () => {
  it('fills in all defaults', () => {
    expect(resolveOptions(required, {})).toEqual({
      projectId: required.projectId,
      apiUrl: 'https://test.stytch.com',
      appUrl: 'https://app.example.com',
      credentials: ['cookie'],
      bearer: { renewedJwtHeader: undefined },
      resourceMetadata: undefined,
      trustedOrigins: new Set(),
      pages: {
        login: undefined,
        sent: undefined,
        afterLogin: '/',
        afterLogout: '/',
        returnOrigins: new Set(),
        render: undefined,
      },
      session: {
        accept: 'any',
        durationMinutes: 60,
        clockSkewSeconds: 30,
        extendOnRefresh: false,
        maxLifetimeMinutes: undefined,
        cacheMegabytes: 32,
      },
      organizations: { discovery: true, create: 'deny', tenant: undefined },
      outage: { graceSeconds: 0 },
      jwt: {
        audiences: new Set([required.projectId]),
        issuers: new Set([`stytch.com/${required.projectId}`, 'https://test.stytch.com']),
      },
      cookies: {
        jwtName: '__Host-stytch_session_jwt',
        tokenName: '__Host-stytch_session',
        domain: undefined,
        sameSite: 'lax',
        secure: true,
        httpOnly: true,
      },
      methods: undefined,
      publicToken: undefined,
      limits: {
        perAddress: { max: 5, windowSeconds: 600 },
        perAddressTotal: { max: 20, windowSeconds: 600 },
        perIp: { max: 300, windowSeconds: 600 },
        challenge: undefined,
      },
      shared: {},
      webhooks: {},
      http: { deadlineMs: 3000, maxConnections: 256 },
      onSignIn: expect.any(Function),
      clock: systemClock,
      protection: 'opt-in',
      startupCheck: { ignore: new Set() },
      transports: [],
      routes: { path: 'auth', publicPath: undefined },
    });
  });

  it('returns the secret and the objects of the application as properties that are not enumerable', () => {
    const storage = { increment: () => Promise.reject(new Error()) };
    const dispatcher = new Agent();
    const webhooks = { secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` };
    const resolved = resolveOptions(
      { ...required, shared: { limits: storage }, http: { dispatcher }, webhooks },
      {},
    );
    expect([
      resolved.secret,
      resolved.shared.limits,
      resolved.http.dispatcher,
      resolved.webhooks.secret,
    ]).toEqual([required.secret, storage, dispatcher, webhooks.secret]);
    expect(Object.keys(resolved)).not.toContain('secret');
    expect(Object.keys(resolved.limits)).toEqual(['perAddress', 'perAddressTotal', 'perIp', 'challenge']);
    expect(Object.keys(resolved.http)).toEqual(['deadlineMs', 'maxConnections']);
    expect(Object.keys(resolved.webhooks)).toEqual([]);
  });

  it('freezes the result at every level', () => {
    expect(isDeepFrozen(resolveOptions(required, {}))).toBe(true);
  });

  it('throws a StytchOptionsError for invalid options', () => {
    expect(() => resolveOptions({} as StytchModuleOptions, {})).toThrow(StytchOptionsError);
  });

  it('copies limits, so that changing the passed object has no effect', () => {
    const limit = { max: 1, windowSeconds: 60 };
    const { limits } = resolveOptions({ ...required, limits: { perIp: limit } }, {});
    limit.max = 1000;

    expect(limits.perIp).toEqual({ max: 1, windowSeconds: 60 });
  });

  it.each([
    ['the test API for a test project', required, 'https://test.stytch.com'],
    [
      'the live API for a live project',
      { ...required, projectId: `project-live-${id}`, secret: 'secret-live-of-these-specs=' },
      'https://api.stytch.com',
    ],
    [
      'the origin of a custom domain',
      { ...required, apiUrl: 'https://Login.example.com/' },
      'https://login.example.com',
    ],
  ])('resolves apiUrl to %s', (_, options, apiUrl) => {
    expect(resolveOptions(options, {}).apiUrl).toBe(apiUrl);
  });

  it('resolves the metadata of the whole application as a resource, and accepts its server as an issuer', () => {
    const { resourceMetadata, jwt } = resolveOptions(
      { ...required, resourceMetadata: { authorizationServers: ['https://Login.example.com/'] } },
      {},
    );

    expect(resourceMetadata).toEqual({
      authorizationServers: ['https://login.example.com'],
      path: '/.well-known/oauth-protected-resource',
      url: 'https://app.example.com/.well-known/oauth-protected-resource',
      document: {
        resource: 'https://app.example.com',
        authorization_servers: ['https://login.example.com'],
        bearer_methods_supported: ['header'],
      },
    });
    expect(isDeepFrozen(resourceMetadata)).toBe(true);
    expect(jwt.issuers).toContain('https://login.example.com');
  });

  it('omits Secure on an http loopback origin', () => {
    expect(resolveOptions({ ...required, appUrl: 'http://localhost:3000' }, {}).cookies.secure).toBe(false);
  });

  it('resolves a limit of false to undefined', () => {
    expect(resolveOptions({ ...required, limits: { perIp: false } }, {}).limits.perIp).toBeUndefined();
  });

  it.each(['/account/auth/', 'account/auth'])('removes outer slashes from the route path %s', (path) => {
    expect(resolveOptions(required, { routes: { path } }).routes).toMatchObject({ path: 'account/auth' });
  });
});
