import { classNameOf, type LimitedLog } from '../../lib/internal.js';
import { noTenant, tenantNamed, unreadableTenant, type TenantReader } from './request-tenant.js';

/** Reads the tenant with a function of the application. If it fails, the request is refused. */
export function tenantFromFunction(read: (request: object) => unknown, log: LimitedLog): TenantReader {
  return (platformRequest) => {
    try {
      const tenant = read(platformRequest as object);
      if (tenant === undefined) return noTenant;
      if (typeof tenant !== 'string')
        log.log('error', `organizations.tenant returned neither a string nor undefined. ${refused}`);
      return tenantNamed(tenant);
    } catch (error) {
      log.log('error', `organizations.tenant threw (${classNameOf(error)}). ${refused}`);
      return unreadableTenant;
    }
  };
}

const refused = 'Requests are refused with organization_mismatch.';
