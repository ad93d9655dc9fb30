interface RequestWithHost {
  /** Of Express and Fastify: from `X-Forwarded-Host` only if the framework trusts the proxy. */
  readonly hostname?: unknown;
  readonly headers?: { readonly host?: string; readonly ':authority'?: string };
}

/** What the host of a request is under a domain. */
export type Subdomain =
  | { readonly kind: 'label'; readonly label: string }
  /** The domain itself, or the host of `appUrl`. */
  | { readonly kind: 'none' }
  /** Another host, or a subdomain of more than one label, which certificates and handlers do not expect. */
  | { readonly kind: 'elsewhere' };

/**
 * Reads the subdomain that a request of Express, Fastify or Node was sent to.
 *
 * @param domain in lower case
 * @param appHost the host of `appUrl`, which may be a subdomain itself
 */
export function readSubdomain(platformRequest: unknown, domain: string, appHost: string): Subdomain {
  const host = hostOf(platformRequest as RequestWithHost);
  if (host === domain || host === appHost) return { kind: 'none' };
  if (host?.endsWith(`.${domain}`) !== true) return { kind: 'elsewhere' };
  const label = host.slice(0, -domain.length - 1);
  return label.includes('.') ? { kind: 'elsewhere' } : { kind: 'label', label };
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
