import { noTenant, tenantNamed, type TenantReader } from './request-tenant.js';

/**
 * Reads the tenant from a parameter of the route, as the framework decoded it: what is compared has to be what
 * the handler gets. A route without the parameter is for no organization in particular.
 *
 * @param parameter with its colon, such as `:org`
 */
export function tenantFromPath(parameter: string): TenantReader {
  const name = parameter.slice(1);
  return (platformRequest) => {
    const { params } = platformRequest as { readonly params?: Readonly<Record<string, unknown>> };
    if (params === undefined || !Object.hasOwn(params, name)) return noTenant;
    return params[name] === undefined ? noTenant : tenantNamed(params[name]);
  };
}
