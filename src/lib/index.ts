// The public names, by hand. Removing or renaming one is a breaking change.

// Module and options
export { StytchModule } from './stytch.module.js';
export { stytchConfig } from './options/stytch.config.js';
export type {
  StytchCookieOptions,
  StytchHttpOptions,
  StytchLimit,
  StytchLimitOptions,
  StytchJwtOptions,
  StytchMagicLinkOptions,
  StytchModuleOptions,
  StytchOptionsFactory,
  StytchOutageOptions,
  StytchPagesOptions,
  StytchRoutesOptions,
  StytchSessionOptions,
  StytchStartupCheckOptions,
  StytchStaticOptions,
} from './options/stytch-options.js';
export type { Clock } from './ports/clock.js';

// Client
export { InjectStytchClient, STYTCH_CLIENT } from './stytch.tokens.js';

// Who may reach a handler
export { SessionGuard } from './access/session.guard.js';
export { AllowCrossSite, OptionalSession, Protected, Public } from './access/access.decorators.js';
export { CurrentSession } from './access/current-session.decorator.js';
export { sessionOf } from './access/attached-session.js';
export type { AuthenticationFactor, Session, UserSession } from './identity/session.js';
export type { Subject } from './identity/subject.js';

// Signing in and out
export { AuthController } from './auth/auth.controller.js';
export { SignIn, type SignInResult } from './auth/sign-in.js';
export type { SignInLinkRequest, SignInLinkResult } from './auth/methods/magic-link/send-magic-link.js';
export type {
  AuthPage,
  ConfirmPage,
  LoginPage,
  NoticePage,
  PageRenderer,
  SentPage,
} from './ports/page-renderer.js';
export type { LimitRecord, LimitStorage } from './ports/limit-storage.js';
export { SignOut, type SignOutResult } from './auth/sign-out.js';

// Seen from inside
export { StytchEvents } from './events/stytch-events.js';
export type { StytchEvent, StytchEventDetails } from './events/stytch-event.js';
export { SigningKeys } from './session/verify/signing-keys.js';

// Errors
export type { Refusal, RefusalCode } from './errors/refusal.js';
export { StytchRefusalException } from './errors/stytch-refusal.exception.js';
export { StytchOptionsError, type StytchOptionProblem } from './errors/stytch-options.error.js';
export { StytchStartupError, type StytchStartupProblem } from './errors/stytch-startup.error.js';
