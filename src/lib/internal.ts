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
export { checkFactoryOptions } from './options/check-options.js';
export { withDefaults, type OptionDefinitions } from './options/option-definition.js';
export { oneOf, wholeNumber } from './options/value-checks.js';
export type { StytchOrganizationOptions } from './options/organizations.options.js';
export type { StytchTenantOption } from './options/tenant.option.js';
export { resolveOptions, type ResolvedOptions } from './options/resolve-options.js';
export type { B2BSignInMethod } from './ports/sign-in-method.js';
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
export { requireExchange, type HttpExchange } from './http/http-exchange.js';
export { isFormPost, wantsPage } from './http/page-navigation.js';
export { NetworkLimits } from './limits/network-limits.js';
export { SizeBoundedCache } from './session/verify/size-bounded-cache.js';
export { StytchCalls } from './stytch-api/stytch-calls.js';
export { StytchSessionApi } from './stytch-api/stytch-session-api.js';
export { declaredPaths } from './access/startup-check/declared-paths.js';
export { refusalOf } from './errors/refusal.js';
export { LimitedLog } from './events/limited-log.js';
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
