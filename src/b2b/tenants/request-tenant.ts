import { isOrganizationName } from '../../lib/internal.js';

/** The organization that a request is for. */
export type RequestTenant =
  /** As the request names it, by slug or id. It may not exist. */
  | { readonly kind: 'named'; readonly tenant: string }
  /** The request is for no organization in particular. */
  | { readonly kind: 'none' }
  /** What the request names can be no organization. */
  | { readonly kind: 'unreadable' };

/** Takes the request of Express, Fastify or Node. */
export type TenantReader = (platformRequest: unknown) => RequestTenant;

export const noTenant: RequestTenant = { kind: 'none' };
export const unreadableTenant: RequestTenant = { kind: 'unreadable' };

/** Other names can't exist, so no call is made for them. Absent names are the caller's to decide. */
export const tenantNamed = (name: unknown): RequestTenant =>
  typeof name === 'string' && isOrganizationName(name) ? { kind: 'named', tenant: name } : unreadableTenant;
