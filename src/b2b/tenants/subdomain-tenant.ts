import { noTenant, tenantNamed, unreadableTenant, type TenantReader } from './request-tenant.js';

interface RequestWithHost {
  /** Of Express and Fastify: from `X-Forwarded-Host` only if the framework trusts the proxy. */
  readonly hostname?: unknown;
  readonly headers?: { readonly host?: string; readonly ':authority'?: string };
}

/**
 * Reads the tenant from the subdomain. The domain itself is for no organization in particular; another host is
 * refused, and so is a subdomain of more than one label, which certificates and handlers do not expect.
 *
 * @param domain in lower case
 */
export function tenantFromSubdomain(domain: string): TenantReader {
  const suffix = `.${domain}`;
  return (platformRequest) => {
    const host = hostOf(platformRequest as RequestWithHost);
    if (host === domain) return noTenant;
    if (host?.endsWith(suffix) !== true) return unreadableTenant;
    const label = host.slice(0, -suffix.length);
    return label.includes('.') ? unreadableTenant : tenantNamed(label);
  };
}

/** Without the port, in lower case (RFC 3986 section 3.2.2), and without the dot of a fully qualified name. */
function hostOf({ hostname, headers }: RequestWithHost): string | undefined {
  const given =
    typeof hostname === 'string'
      ? hostname
      : (headers?.host ?? headers?.[':authority'])?.replace(/:\d*$/, '');
  // Of other characters, some have a lower case in ASCII.
  if (given === undefined || !/^[A-Za-z0-9._-]+$/.test(given)) return undefined;
  return given.toLowerCase().replace(/\.$/, '');
}
