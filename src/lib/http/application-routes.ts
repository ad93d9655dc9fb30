import { Inject, Injectable, RequestMethod } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { isOnLoginPage } from '../ports/sign-in-method.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { pathIn } from './page-navigation.js';

/** The routes of the controllers, by purpose. */
export type RouteName =
  'login' | 'sent' | 'authenticate' | 'logout' | 'session' | 'organizations' | 'switch' | 'webhooks';

/**
 * The paths at which browsers reach the login routes. They are computed on each call, because the
 * global prefix is set after the module is created.
 */
@Injectable()
export class ApplicationRoutes {
  readonly #application: ApplicationConfig;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    application: ApplicationConfig,
  ) {
    this.#application = application;
  }

  /** Path of the login page: `pages.login`, or ours. `undefined` if there is neither. */
  get loginPath(): string | undefined {
    return this.options.pages.login ?? (this.hasLoginPage ? this.pathOf('login') : undefined);
  }

  /** With `methods: []`, or only methods that the page leaves out, `GET login` responds 404. */
  private get hasLoginPage(): boolean {
    const { methods } = this.options;
    return methods === undefined || methods.some(isOnLoginPage);
  }

  /** The redirect URL of sign-in links. It must be registered at Stytch exactly as it is. */
  get callbackUrl(): string | undefined {
    const path = this.pathOf('authenticate');
    return path === undefined ? undefined : this.options.appUrl + path;
  }

  /** Where Stytch delivers webhooks; `undefined` unless they are switched on. */
  get webhookUrl(): string | undefined {
    const path = this.options.webhooks.secret === undefined ? undefined : this.pathOf('webhooks');
    return path === undefined ? undefined : this.options.appUrl + path;
  }

  /** Where the metadata of RFC 9728 is served; `undefined` unless it is switched on. */
  get resourceMetadataUrl(): string | undefined {
    return this.options.resourceMetadata?.url;
  }

  /** The path of a route as the browser sees it; `undefined` with `routes: false`. */
  pathOf(route: RouteName): string | undefined {
    const { routes } = this.options;
    if (routes === false) return undefined;
    return routes.publicPath === undefined
      ? this.internalPathOf(routes.path, route)
      : join(routes.publicPath, route);
  }

  /** Whether a path as the browser sees it is that of a page on which people sign in or choose an organization. */
  isSignInPage(path: string): boolean {
    return (['login', 'organizations'] as const)
      .map((route) => this.pathOf(route))
      .some((page) => page !== undefined && `${pathIn(path)}/`.startsWith(`${page}/`));
  }

  /** A request target as the browser sees it: with the prefix that a proxy strips (`routes.publicPath`). */
  publicTargetOf(target: string): string {
    // The request target of a proxy may be a complete URL (RFC 9112 section 3.2.2).
    return target.startsWith('/') ? this.strippedPrefix + target : target;
  }

  /** Known only if `routes.publicPath` ends with the path inside the application. */
  private get strippedPrefix(): string {
    const { routes } = this.options;
    if (routes === false || routes.publicPath === undefined) return '';
    const publicPath = join(routes.publicPath, 'login');
    const internalPath = this.internalPathOf(routes.path, 'login');
    return publicPath.endsWith(internalPath) ? publicPath.slice(0, -internalPath.length) : '';
  }

  private internalPathOf(routesPath: string, route: RouteName): string {
    const path = join(routesPath, route);
    return this.isExcludedFromPrefix(path, route) ? path : join(this.#application.getGlobalPrefix(), path);
  }

  /** `setGlobalPrefix(…, { exclude })` compiles the exclusions to patterns for paths without the prefix. */
  private isExcludedFromPrefix(path: string, route: RouteName): boolean {
    const isPost = route === 'logout' || route === 'switch' || route === 'webhooks';
    const method = isPost ? RequestMethod.POST : RequestMethod.GET;
    const { exclude = [] } = this.#application.getGlobalPrefixOptions();
    return exclude.some(
      ({ requestMethod, pathRegex }) =>
        [RequestMethod.ALL, -1, method].includes(requestMethod) && pathRegex.test(path),
    );
  }
}

function join(...parts: string[]): string {
  return parts
    .flatMap((part) => part.split('/'))
    .filter((segment) => segment !== '')
    .reduce((path, segment) => `${path}/${segment}`, '');
}
