import { Inject, Injectable } from '@nestjs/common';
import { refusalOf } from '../errors/refusal.js';
import { LimitedLog } from '../events/limited-log.js';
import { ApplicationRoutes } from '../http/application-routes.js';
import type { HttpExchange } from '../http/http-exchange.js';
import { OrganizationHosts } from '../http/organization-hosts.js';
import { requestTarget } from '../http/page-navigation.js';
import { isMarked, withMark } from '../http/redirect-mark.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { AuthResponses } from './auth-responses.js';

/**
 * Keeps the pages to sign in and to switch at `appUrl` if organizations have hosts: a sign-in that is started on another
 * host can't be completed, since its link leads to `appUrl`, which does not get the cookie.
 */
@Injectable()
export class SignInHost {
  readonly #log: LimitedLog;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly hosts: OrganizationHosts,
    private readonly routes: ApplicationRoutes,
    private readonly responses: AuthResponses,
  ) {
    this.#log = new LimitedLog(options.clock);
  }

  /**
   * Redirects a page on the host of an organization to `path` at `appUrl`, once, see {@link refuseRedirected}.
   *
   * @returns whether the page was redirected
   */
  redirectsPage(exchange: HttpExchange, path: string): boolean {
    this.refuseRedirected(exchange);
    return this.redirects(exchange, path);
  }

  /**
   * Refuses a page on the host of an organization that has the mark of a redirect to `appUrl`: with a proxy that
   * replaces `Host`, it would be redirected endlessly, or offer to switch to an organization that nobody asked for.
   */
  refuseRedirected(exchange: HttpExchange): void {
    const organization = this.hosts.organizationAt(exchange);
    if (organization === undefined || !isMarked(requestTarget(exchange.request))) return;
    // Anybody can open such an address, so this is no error of the application for certain.
    this.#log.log('warn', redirectedAgain(this.options.appUrl, organization), 'redirected again');
    throw this.responses.exceptionFor(refusalOf('sign_in_host_refused'), exchange);
  }

  /**
   * Redirects a request on the host of an organization to the page `path` at `appUrl`.
   *
   * @returns whether the request was redirected
   */
  redirects(exchange: HttpExchange, path: string): boolean {
    if (this.hosts.organizationAt(exchange) === undefined) return false;
    // A page of the application does not look at the mark.
    this.responses.seeAtAppUrl(exchange, this.routes.isSignInPage(path) ? withMark(path) : path);
    return true;
  }
}

const redirectedAgain = (appUrl: string, organization: string): string =>
  `A page with the parameter of a redirect to ${appUrl} was requested at the host of the organization ${organization}. ` +
  'Either somebody opened that address, or a proxy replaces the Host header. In that case, have the proxy pass on the Host ' +
  'of the browser, or send it as X-Forwarded-Host and trust the proxy: app.set("trust proxy", …) of Express, trustProxy ' +
  'of Fastify.';
