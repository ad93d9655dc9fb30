// What our other packages' entry points may import besides the index. Not in the exports map, so that
// applications can't.

export { clientFromClaims } from './identity/client-from-claims.js';
export { memberSessionFromClaims } from './identity/member-session-from-claims.js';
export { organizationClaim } from './identity/organization-claim.js';
export { sessionClaim } from './identity/session-claim.js';
export { userSessionFromClaims } from './identity/user-session-from-claims.js';
export { subjectOf } from './identity/subject.js';
export { resolveOptions, type ResolvedOptions } from './options/resolve-options.js';
export { PolicyApi } from './ports/policy-api.js';
export {
  SessionApi,
  type ListedSession,
  type RevocableSession,
  type SessionCredential,
  type SessionResponse,
} from './ports/session-api.js';
export type { StytchResponse } from './ports/stytch-response.js';
export { SessionOwnership } from './session/verify/session-ownership.js';
export type { GivenOptions } from './stytch.module-definition.js';
export { GIVEN_OPTIONS, RESOLVED_OPTIONS, STATIC_OPTIONS } from './stytch.tokens.js';
