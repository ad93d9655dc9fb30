// What our other packages' entry points may import besides the index. Not in the exports map, so that
// applications can't.

export { attachPrincipal } from './access/attached-principal.js';
export { checkedCredentials } from './access/access.decorators.js';
export { AccessRequirements, type AccessRequirement } from './access/access-requirements.js';
export { principalOfContext } from './access/current-principal.decorator.js';
export { sessionOfContext } from './access/current-session.decorator.js';
export { describeTokenAge } from './access/describe-access.js';
export { declaredPaths } from './access/startup-check/declared-paths.js';
export { graphqlModuleOptions, nestMetadata } from './access/startup-check/nest-metadata.js';
export { registeredClasses } from './access/startup-check/registered-classes.js';
export { classNameOf } from './errors/class-name-of.js';
export { defaultTokenType } from './auth/read-callback.js';
export { SignInMethods } from './auth/sign-in-methods.js';
export { describeRequirement } from './authorization/requirement.js';
export { clientWithToken } from './access/transported-call.js';
export { refusalDefinitions, refusalOf } from './errors/refusal.js';
export { statusTexts } from './errors/stytch-refusal.exception.js';
export { LimitedLog } from './events/limited-log.js';
export { sessionFields } from './events/session-fields.js';
export { changesState, isCrossSiteHandshake, isCrossSiteRequest } from './http/cross-site.js';
export { httpClientOf, requireExchange, type HttpExchange } from './http/http-exchange.js';
export { isFormPost, queryOf, requestTarget, wantsPage } from './http/page-navigation.js';
export { readSubdomain } from './http/subdomain.js';
export { withTimeout } from './http/with-timeout.js';
export { clientFromClaims } from './identity/client-from-claims.js';
export { memberSessionFromClaims } from './identity/member-session-from-claims.js';
export { isOfSession } from './identity/credential-kind.js';
export { isOrganizationId, isOrganizationName, organizationClaim } from './identity/organization-claim.js';
export { sessionClaim } from './identity/session-claim.js';
export { subjectOf } from './identity/subject.js';
export { userSessionFromClaims } from './identity/user-session-from-claims.js';
export { NetworkLimits } from './limits/network-limits.js';
export {
  configurableModuleFor,
  type GivenOptions,
  type StytchB2BModuleAsyncOptions,
} from './module/configurable-module.js';
export { moduleExports, moduleProviders } from './module/module-providers.js';
export type { ProductDefinition } from './module/product-definition.js';
export { checkFactoryOptions, requireFactoryOptions } from './options/check-options.js';
export { hideProperties } from './options/hide-properties.js';
export type { B2BSignInMethodOption } from './options/methods.options.js';
export type { StytchB2BModuleOptions, StytchB2BOptionsFactory } from './options/module.options.js';
export { withDefaults, type OptionDefinitions } from './options/option-definition.js';
export type { StytchOrganizationOptions } from './options/organizations.options.js';
export { resolveOptions, type ResolvedOptions } from './options/resolve-options.js';
export { systemClock } from './options/system-clock.js';
export type { StytchTenantOption } from './options/tenant.option.js';
export { functionValue, matching, oneOf, wholeNumber } from './options/value-checks.js';
export { PolicyApi } from './ports/policy-api.js';
export {
  SessionApi,
  type ListedSession,
  type RevocableSession,
  type SessionCredential,
  type SessionResponse,
} from './ports/session-api.js';
export { hasBoundCallback, type AnySignInMethod, type B2BSignInMethod } from './ports/sign-in-method.js';
export { StytchProduct } from './ports/stytch-product.js';
export type { StytchResponse } from './ports/stytch-response.js';
export { BearerAuthenticator, type BearerResult } from './session/authenticate-bearer.js';
export { RequestAuthenticator } from './session/authenticate-request.js';
export { isPromise, whenSettled, type MaybePromise } from './session/maybe-promise.js';
export { readBearer } from './session/read-bearer.js';
export { jwtOf } from './session/session-jwts.js';
export { refusalForResult, type SessionResult, type SignedIn } from './session/session-result.js';
export { TenantCheck, type TenantMismatch } from './session/tenant-check.js';
export { claimsSession } from './session/verify/claims-session.js';
export { SessionOwnership } from './session/verify/session-ownership.js';
export { SizeBoundedCache } from './session/verify/size-bounded-cache.js';
export { SessionWatch } from './session/watch/session-watch.js';
export { StytchCalls } from './stytch-api/stytch-calls.js';
export { StytchSessionApi } from './stytch-api/stytch-session-api.js';
export { GIVEN_OPTIONS, RESOLVED_OPTIONS, STATIC_OPTIONS } from './stytch.tokens.js';
