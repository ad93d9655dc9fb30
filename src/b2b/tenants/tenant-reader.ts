import type { LimitedLog, StytchTenantOption } from '../../lib/internal.js';
import { tenantFromFunction } from './function-tenant.js';
import { tenantFromPath } from './path-tenant.js';
import { noTenant, type TenantReader } from './request-tenant.js';
import { tenantFromSubdomain } from './subdomain-tenant.js';

/** Reads the tenant of a request as `organizations.tenant` says. */
export function tenantReader(
  option: StytchTenantOption | undefined,
  { log, appUrl }: { readonly log: LimitedLog; readonly appUrl: string },
): TenantReader {
  if (option === undefined) return () => noTenant;
  if (typeof option === 'function') return tenantFromFunction(option, log);
  return 'path' in option ? tenantFromPath(option.path) : tenantFromSubdomain(option.subdomainOf, appUrl);
}
