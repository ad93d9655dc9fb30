import { readSubdomain } from '../../lib/internal.js';
import { noTenant, tenantNamed, unreadableTenant, type TenantReader } from './request-tenant.js';

/**
 * Reads the tenant from the subdomain. The domain itself and the host of `appUrl` are for no organization in
 * particular; another host is refused.
 *
 * @param domain in lower case
 */
export function tenantFromSubdomain(domain: string, appUrl: string): TenantReader {
  const appHost = new URL(appUrl).hostname;
  return (platformRequest) => {
    const subdomain = readSubdomain(platformRequest, domain, appHost);
    switch (subdomain.kind) {
      case 'label':
        return tenantNamed(subdomain.label);
      case 'none':
        return noTenant;
      case 'elsewhere':
        return unreadableTenant;
    }
  };
}
