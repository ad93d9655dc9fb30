import { Inject, Injectable } from '@nestjs/common';
import { refusalOf } from '../errors/refusal.js';
import { LimitedLog } from '../events/limited-log.js';
import type { HttpExchange } from '../http/http-exchange.js';
import { OrganizationHosts } from '../http/organization-hosts.js';
import { queryOf, requestTarget } from '../http/page-navigation.js';
import { withQuery } from '../http/with-query.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { AuthResponses } from './auth-responses.js';

/** Marks the address that a page was redirected to. */
const marker = 'redirected';

/**
 * Keeps the pages of signing in at `appUrl` if organizations have hosts: a sign-in that is started on another host
 * can't be completed, since its link leads to `appUrl`, which does not get the cookie.
 */
@Injectable()
export class SignInHost {
  readonly #log: LimitedLog;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly hosts: OrganizationHosts,
    private readonly responses: AuthResponses,
  ) {
    this.#log = new LimitedLog(options.clock);
  }

  /**
   * Redirects a page on the host of an organization to `path` at `appUrl`, once: with a proxy that replaces `Host`, the
   * redirected request is on such a host again, and is refused.
   *
   * @returns whether the page was redirected
   */
  redirects(exchange: HttpExchange, path: string): boolean {
    const organization = this.hosts.organizationAt(exchange);
    if (organization === undefined) return false;
    if (queryOf(requestTarget(exchange.request)).has(marker)) {
      this.#log.log('error', replacedHost(this.options.appUrl, organization), marker);
      throw this.responses.exceptionFor(refusalOf('sign_in_host_refused'), exchange);
    }
    this.responses.seeAtAppUrl(exchange, withQuery(path, { [marker]: 'true' }));
    return true;
  }
}

const replacedHost = (appUrl: string, organization: string): string =>
  `A page was redirected to ${appUrl}, and the next request was for the host of the organization ${organization} again. ` +
  'A proxy probably replaces the Host header. Have it pass on the Host of the browser, or send it as X-Forwarded-Host and ' +
  'trust the proxy: app.set("trust proxy", …) of Express, trustProxy of Fastify.';
