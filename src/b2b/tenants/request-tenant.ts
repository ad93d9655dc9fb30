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

/** What Stytch accepts as a slug. Ids match too. */
const namePattern = /^[A-Za-z0-9._~-]{2,128}$/;

/** Other names can't exist, so no call is made for them. Absent names are the caller's to decide. */
export const tenantNamed = (name: unknown): RequestTenant =>
  typeof name === 'string' && namePattern.test(name) ? { kind: 'named', tenant: name } : unreadableTenant;
