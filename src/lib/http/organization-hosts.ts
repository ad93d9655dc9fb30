import { Inject, Injectable } from '@nestjs/common';
import { isOrganizationId, isOrganizationName } from '../identity/organization-claim.js';
import type { Session } from '../identity/session.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import type { HttpExchange } from './http-exchange.js';
import { readSubdomain } from './subdomain.js';

/** What can be a label of a host, in lower case, since browsers send hosts so. */
const labelPattern = /^[a-z0-9_-]{1,63}$/;

/**
 * The hosts of organizations, with the option `organizations.tenant: { subdomainOf }`: each has `{slug}.{domain}`, with
 * the scheme and the port of `appUrl`. A host of a request only says which organization the request is for: addresses
 * are built from the options and from verified sessions.
 */
@Injectable()
export class OrganizationHosts {
  readonly #domain: string | undefined;
  readonly #appUrl: URL;

  constructor(@Inject(RESOLVED_OPTIONS) { organizations: { tenant }, appUrl }: ResolvedOptions) {
    this.#domain = typeof tenant === 'object' && 'subdomainOf' in tenant ? tenant.subdomainOf : undefined;
    this.#appUrl = new URL(appUrl);
  }

  /**
   * Where people sign in: at `appUrl`, since the callback is there, and so is the binding cookie. Empty if
   * organizations have no hosts: then it is wherever the browser is.
   */
  get loginOrigin(): string {
    return this.#domain === undefined ? '' : this.#appUrl.origin;
  }

  /** All origins as sources of a Content-Security-Policy. */
  get origins(): readonly string[] {
    if (this.#domain === undefined) return [];
    const { protocol, port, origin } = this.#appUrl;
    return [origin, `${protocol}//*.${this.#domain}${port === '' ? '' : `:${port}`}`];
  }

  /** The organization that the host of a request names. It may not exist. */
  organizationAt({ platformRequest }: Pick<HttpExchange, 'platformRequest'>): string | undefined {
    if (this.#domain === undefined) return undefined;
    const subdomain = readSubdomain(platformRequest, this.#domain, this.#appUrl.hostname);
    return subdomain.kind === 'label' && isOrganizationName(subdomain.label) ? subdomain.label : undefined;
  }

  /** Whether a request is on the host of an organization and `url` is not, so that they share no cookie. */
  isApartFrom(url: string | undefined, exchange: Pick<HttpExchange, 'platformRequest'>): boolean {
    const organization = this.organizationAt(exchange);
    return (
      organization !== undefined &&
      url !== undefined &&
      new URL(url).hostname !== `${organization}.${this.#domain}`
    );
  }

  /** A path at the host of the session's organization. Complete URLs stay, and so do paths if it has no host. */
  addressFor(session: Session, address: string): string {
    if (session.kind !== 'member' || !address.startsWith('/')) return address;
    return (this.originOf(session.organization.slug) ?? '') + address;
  }

  private originOf(slug: string): string | undefined {
    if (this.#domain === undefined || !labelPattern.test(slug) || isOrganizationId(slug)) return undefined;
    const url = new URL(this.#appUrl);
    const host = `${slug}.${this.#domain}`;
    url.hostname = host;
    // An invalid host, such as one with a malformed `xn--` label, is not set.
    return url.hostname === host ? url.origin : undefined;
  }
}
