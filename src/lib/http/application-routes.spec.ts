import { RequestMethod } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import type { StytchPagesOptions } from '../options/pages.options.js';
import type { StytchStaticOptions } from '../options/static.options.js';
import { ApplicationRoutes, type RouteName } from './application-routes.js';
import { resolvedOptions } from '../../../test/support/resolved-options.js';

const routeNames: RouteName[] = ['login', 'sent', 'authenticate', 'logout', 'session'];

describe('ApplicationRoutes', () => {
  let application: ApplicationConfig;
  beforeEach(() => {
    application = new ApplicationConfig();
  });
  const routesWith = (routes?: StytchStaticOptions['routes'], pages: StytchPagesOptions = {}) =>
    new ApplicationRoutes(resolvedOptions({ pages }, { routes }), application);
  const pathsOf = (routes: ApplicationRoutes) => routeNames.map((name) => routes.pathOf(name));
  const excludeFromPrefix = (path: RegExp, requestMethod: RequestMethod) => {
    application.setGlobalPrefix('api');
    application.setGlobalPrefixOptions({
      exclude: [{ path: String(path), pathRegex: path, requestMethod }],
    });
  };

  it('returns the paths below /auth by default', () => {
    expect(pathsOf(routesWith())).toEqual([
      '/auth/login',
      '/auth/sent',
      '/auth/authenticate',
      '/auth/logout',
      '/auth/session',
    ]);
  });

  it.each([
    ['account/auth', '/account/auth/login'],
    ['/account/auth/', '/account/auth/login'],
    ['', '/login'],
  ])('returns the paths below routes.path "%s"', (path, login) => {
    expect(routesWith({ path }).pathOf('login')).toBe(login);
  });

  it.each([
    ['api', '/api/auth/login'],
    ['/api/v1/', '/api/v1/auth/login'],
  ])('adds the global prefix "%s", even if it is set afterwards', (prefix, login) => {
    const routes = routesWith();
    application.setGlobalPrefix(prefix);

    expect(routes.pathOf('login')).toBe(login);
  });

  it.each([
    ['all methods', RequestMethod.ALL, '/auth/login', '/auth/logout'],
    ['GET', RequestMethod.GET, '/auth/login', '/api/auth/logout'],
    ['POST', RequestMethod.POST, '/api/auth/login', '/auth/logout'],
  ])('omits the global prefix where it is excluded for %s', (_, method, login, logout) => {
    excludeFromPrefix(/^\/auth\/.*$/, method);
    const routes = routesWith();

    expect([routes.pathOf('login'), routes.pathOf('logout')]).toEqual([login, logout]);
  });

  it('omits the global prefix for an exclusion of all methods that Nest stores as -1', () => {
    excludeFromPrefix(/^\/auth\/login$/, -1 as unknown as RequestMethod);

    expect(pathsOf(routesWith()).slice(0, 2)).toEqual(['/auth/login', '/api/auth/sent']);
  });

  it('uses routes.publicPath instead of the global prefix and routes.path', () => {
    application.setGlobalPrefix('api');

    expect(routesWith({ path: 'auth', publicPath: '/shop/auth/' }).pathOf('login')).toBe('/shop/auth/login');
  });

  it.each([
    ['auth', '', '/shop/auth', '/shop/orders'],
    ['auth', 'api', '/shop/api/auth', '/shop/orders'],
    ['', '', '/shop', '/shop/orders'],
    ['auth', '', '/auth', '/orders'],
    ['auth', 'api', '/shop/auth', '/orders'],
    ['auth', '', '/shop/xauth', '/orders'],
    ['auth', '', undefined, '/orders'],
  ])(
    'with routes.path "%s", global prefix "%s" and publicPath %s, /orders is %s for browsers',
    (path, prefix, publicPath, target) => {
      application.setGlobalPrefix(prefix);

      expect(routesWith({ path, publicPath }).publicTargetOf('/orders')).toBe(target);
    },
  );

  it('adds no prefix to a request target that is a complete URL', () => {
    const routes = routesWith({ publicPath: '/shop/auth' });

    expect(routes.publicTargetOf('http://[invalid/orders')).toBe('http://[invalid/orders');
  });

  it('returns no paths with routes: false', () => {
    const routes = routesWith(false);

    expect(pathsOf(routes)).toEqual(Array(5).fill(undefined));
    expect([routes.loginPath, routes.callbackUrl]).toEqual([undefined, undefined]);
  });

  it('returns the login route as the login page by default', () => {
    application.setGlobalPrefix('api');

    expect(routesWith().loginPath).toBe('/api/auth/login');
  });

  it.each([undefined, false] as const)('returns pages.login as the login page with routes: %s', (routes) => {
    application.setGlobalPrefix('api');

    expect(routesWith(routes, { login: '/welcome' }).loginPath).toBe('/welcome');
  });

  it('returns the authenticate route on appUrl as the callback URL', () => {
    application.setGlobalPrefix('api');

    expect(routesWith().callbackUrl).toBe('https://app.example.com/api/auth/authenticate');
  });
});
