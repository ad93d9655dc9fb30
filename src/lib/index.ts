// The public names, by hand. Removing or renaming one is a breaking change.

// Module and options
export { StytchModule } from './stytch.module.js';
export type {
  StytchAsyncOptions,
  StytchModuleAsyncOptions,
  StytchModuleClass,
} from './module/configurable-module.js';
export { stytchConfig, type StytchEnvironmentOptions } from './options/stytch.config.js';
export type {
  SignInHook,
  StytchCommonOptions,
  StytchModuleOptions,
  StytchOptionsFactory,
} from './options/module.options.js';
export {
  sessionCookieNames,
  type SessionCookieNames,
  type StytchCookieOptions,
} from './options/cookies.options.js';
export type { StytchBearerOptions } from './options/bearer.options.js';
export type { StytchHttpOptions } from './options/http.options.js';
export type { StytchJwtOptions } from './options/jwt.options.js';
export type {
  StytchLimit,
  StytchLimitChallenge,
  StytchLimitName,
  StytchLimitOptions,
} from './options/limits.options.js';
export type { StytchOutageOptions } from './options/outage.options.js';
export type { StytchPagesOptions } from './options/pages.options.js';
export type { StytchResourceMetadataOptions } from './options/resource-metadata.options.js';
export type { StytchSessionOptions } from './options/session.options.js';
export type { StytchSharedOptions } from './options/shared.options.js';
export type { StytchWebhookOptions } from './options/webhooks.options.js';
export type {
  StytchRoutesOptions,
  StytchStartupCheckOptions,
  StytchStaticOptions,
} from './options/static.options.js';
export type { Clock } from './ports/clock.js';

// Client
export { InjectStytchClient, STYTCH_CLIENT } from './stytch.tokens.js';

// Who may reach a handler
export { SessionGuard } from './access/session.guard.js';
export {
  AllowCrossSite,
  EndWithSession,
  OptionalSession,
  Protected,
  Public,
  type ProtectedOptions,
} from './access/access.decorators.js';
export { CurrentClient } from './access/current-client.decorator.js';
export { CurrentPrincipal } from './access/current-principal.decorator.js';
export { CurrentSession } from './access/current-session.decorator.js';
export { attachSession, clientOf, principalOf, sessionOf } from './access/attached-principal.js';
export { messages, type MessagesOptions } from './access/messages.js';
export type { StytchTransport, TransportApplication, TransportCall } from './ports/transport.js';
export { StytchSessions, type SessionAuthenticationResult } from './session/stytch-sessions.js';
export type { CredentialKind } from './identity/credential-kind.js';
export type {
  AuthenticationFactor,
  Impersonator,
  MemberOrganization,
  MemberSession,
  Session,
  SessionBase,
  UserSession,
} from './identity/session.js';
export type { Client, ConnectedApp, M2MClient } from './identity/client.js';
export type { Principal } from './identity/principal.js';
export type { MemberSubject, Subject, UserSubject } from './identity/subject.js';

// What a session or a client may do
export {
  permissionDecorator,
  RefuseImpersonation,
  Require,
  RequireFactors,
  RequirePermission,
  RequireRecentSignIn,
  RequireRoles,
  RequireScopes,
} from './access/requirement.decorators.js';
export { StytchAuthorization, type StytchPermissions } from './authorization/stytch-authorization.js';
export type { AccessCheck, AccessCheckInput } from './authorization/requirement.js';
export { describeAccess, type AccessReport, type HandlerAccess } from './access/describe-access.js';

// Signing in and out
export { AuthController } from './auth/auth.controller.js';
export { SignIn } from './auth/sign-in.js';
export type {
  ChooseOrganization,
  ConfirmationRequired,
  ConfirmRequest,
  SignedInResult,
  SignInFinishResult,
  SignInResult,
  SignInStartRequest,
  SignInStartResult,
} from './auth/sign-in-pipeline.js';
export type { RefusedSignIn } from './auth/start-session.js';
export { magicLinks } from './auth/methods/magic-link/magic-links.js';
export type { StytchMagicLinkOptions } from './auth/methods/magic-link/magic-link.options.js';
export { emailOtp, smsOtp, whatsappOtp } from './auth/methods/otp/otps.js';
export type {
  StytchEmailOtpOptions,
  StytchSmsOtpOptions,
  StytchWhatsappOtpOptions,
} from './auth/methods/otp/otp.options.js';
export { oauth } from './auth/methods/oauth/oauth.js';
export type { StytchOAuthOptions } from './auth/methods/oauth/oauth.options.js';
export type { StytchOAuthProvider } from './auth/methods/oauth/oauth-providers.js';
export { passwords } from './auth/methods/password/passwords.js';
export type { StytchPasswordOptions } from './auth/methods/password/password.options.js';
export type { SignInDetails } from './ports/sign-in-details.js';
export type {
  SignInChoice,
  SignInChoiceField,
  SignInField,
  SignInFields,
  SignInTextField,
} from './ports/sign-in-field.js';
export type {
  AuthenticatedResult,
  DiscoveredResult,
  FinishCall,
  FinishResult,
  RefusedResult,
  SessionParameters,
  SignInCall,
  SignInCallback,
  SignInCallSettings,
  SignInFinish,
  SignInMethod,
  SignInMethodDetails,
  SignInMethodEnvironment,
  SignInStart,
  SignInSteps,
  StartCall,
  StartResult,
  StytchClient,
  UnboundToken,
} from './ports/sign-in-method.js';
export type { SignInMethodOption } from './options/methods.options.js';
export type { StytchRejection, StytchResponse, StytchUnavailable } from './ports/stytch-response.js';
export type {
  AuthPage,
  CodePage,
  ConfirmPage,
  LoginForm,
  LoginPage,
  NoticePage,
  OrganizationsPage,
  PageField,
  PageForm,
  PageLink,
  PageProblem,
  PageRenderer,
  RedirectPage,
  SentPage,
  SwitchPage,
} from './ports/page-renderer.js';
export type { LimitRecord, LimitStorage } from './ports/limit-storage.js';
export type { PendingRevocationStorage, StoredRevocation } from './ports/pending-revocation-storage.js';
export type {
  RevocationChannel,
  RevocationConnection,
  RevocationListener,
  RevocationNotice,
} from './ports/revocation-channel.js';
export { SignOut } from './auth/sign-out.js';
export type { SignOutResult } from './auth/end-session.js';

// Seen from inside
export { StytchEvents } from './events/stytch-events.js';
export type {
  EventRequestFields,
  EventSessionFields,
  StytchEvent,
  StytchRevocationReason,
} from './events/stytch-event.js';
export { StytchHealth } from './health/stytch-health.js';
export type { StytchHealthReason, StytchHealthReport, StytchQueueState } from './ports/health-report.js';
export type { StytchCallKind } from './ports/call-kind.js';
export type {
  StytchTelemetry,
  StytchTelemetryAttempt,
  StytchTelemetryAttemptResult,
  StytchTelemetryCall,
  StytchTelemetryRecorder,
} from './ports/telemetry.js';
export { SigningKeys } from './session/verify/signing-keys.js';

// Changes at Stytch
export {
  StytchWebhooks,
  type StytchWebhookRequest,
  type StytchWebhookResult,
} from './webhooks/stytch-webhooks.js';
export type { StytchWebhookDelivery } from './webhooks/webhook-delivery.js';

// Errors
export type { PrimaryRequired, Refusal, RefusalCode } from './errors/refusal.js';
export { StytchRefusals } from './http/refusals.js';
export { StytchRefusalException } from './errors/stytch-refusal.exception.js';
export { StytchOptionsError, type StytchOptionProblem } from './errors/stytch-options.error.js';
export { StytchStartupError, type StytchStartupProblem } from './errors/stytch-startup.error.js';
