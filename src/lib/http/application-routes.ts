import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { Inject, Injectable, RequestMethod } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import type { ResolvedOptions } from '../options/resolve-options.js';

/** The login routes, by what they are for. */
export type RouteName = 'login' | 'sent' | 'authenticate' | 'logout' | 'session';

/**
 * Where browsers find the login routes. Asked while the application runs, not while it is put
 * together: the global prefix is set between the two.
 */
@Injectable()
export class ApplicationRoutes {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly application: ApplicationConfig,
  ) {}

  /** Path of the login page, own or the application's; none where no routes are mounted. */
  get loginPath(): string | undefined {
    return this.options.pages.login ?? this.pathOf('login');
  }

  /** The address that Stytch's link leads to, and that must be registered there letter for letter. */
  get callbackUrl(): string | undefined {
    const path = this.pathOf('authenticate');
    return path === undefined ? undefined : this.options.appUrl + path;
  }

  /** Path of a route as a browser writes it. */
  pathOf(route: RouteName): string | undefined {
    const { routes } = this.options;
    if (routes === false) return undefined;
    if (routes.publicPath !== undefined) return join(routes.publicPath, route);
    const path = join(routes.path, route);
    return this.isExcludedFromPrefix(path, route) ? path : join(this.application.getGlobalPrefix(), path);
  }

  /** `setGlobalPrefix(…, { exclude })` compiles its exclusions to patterns over unprefixed paths. */
  private isExcludedFromPrefix(path: string, route: RouteName): boolean {
    const method = route === 'logout' ? RequestMethod.POST : RequestMethod.GET;
    const { exclude = [] } = this.application.getGlobalPrefixOptions();
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
