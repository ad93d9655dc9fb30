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
export type { StytchTenantOption } from './options/tenant.option.js';
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
export { declaredPaths } from './access/startup-check/declared-paths.js';
export { refusalOf } from './errors/refusal.js';
export { LimitedLog } from './events/limited-log.js';
export { requireExchange } from './http/http-exchange.js';
export { queryOf, requestTarget } from './http/page-navigation.js';
export { RequestAuthenticator } from './session/authenticate-request.js';
export { whenSettled, type MaybePromise } from './session/maybe-promise.js';
export type { SessionResult, SignedIn } from './session/session-result.js';
export { TenantCheck, type TenantMismatch } from './session/tenant-check.js';
export { SessionOwnership } from './session/verify/session-ownership.js';
export {
  configurableModuleFor,
  type GivenOptions,
  type StytchB2BModuleAsyncOptions,
} from './module/configurable-module.js';
export { moduleExports, moduleProviders } from './module/module-providers.js';
export type { ProductDefinition } from './module/product-definition.js';
export { GIVEN_OPTIONS, RESOLVED_OPTIONS, STATIC_OPTIONS } from './stytch.tokens.js';
