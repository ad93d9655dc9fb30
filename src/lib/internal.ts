// What our other packages' entry points may import besides the index. Not in the exports map, so that
// applications can't.

export { clientFromClaims } from './identity/client-from-claims.js';
export { memberSessionFromClaims } from './identity/member-session-from-claims.js';
export { organizationClaim } from './identity/organization-claim.js';
export { sessionClaim } from './identity/session-claim.js';
export { userSessionFromClaims } from './identity/user-session-from-claims.js';
export { subjectOf } from './identity/subject.js';
export type { StytchB2BModuleOptions, StytchB2BOptionsFactory } from './options/module.options.js';
export type { B2BSignInMethodOption } from './options/methods.options.js';
export type { StytchOrganizationOptions } from './options/organizations.options.js';
export { resolveOptions, type ResolvedOptions } from './options/resolve-options.js';
export { PolicyApi } from './ports/policy-api.js';
export {
  SessionApi,
  type ListedSession,
  type RevocableSession,
  type SessionCredential,
  type SessionResponse,
} from './ports/session-api.js';
export { StytchProduct } from './ports/stytch-product.js';
export type { StytchResponse } from './ports/stytch-response.js';
export { StytchSessionApi } from './stytch-api/stytch-session-api.js';
export { NoTenants, TenantCheck, type TenantMismatch } from './session/tenant-check.js';
export { SessionOwnership } from './session/verify/session-ownership.js';
export {
  configurableModuleFor,
  type GivenOptions,
  type StytchB2BModuleAsyncOptions,
} from './module/configurable-module.js';
export { moduleExports, moduleProviders } from './module/module-providers.js';
export type { ProductDefinition } from './module/product-definition.js';
export { GIVEN_OPTIONS, RESOLVED_OPTIONS, STATIC_OPTIONS } from './stytch.tokens.js';
