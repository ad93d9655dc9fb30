// The public names of nestjs-stytch/b2b, by hand, for applications whose customers are organizations. What
// both products share comes from nestjs-stytch.

// Module and options
export { StytchB2BModule } from './stytch-b2b.module.js';
export type {
  B2BSignInMethodOption,
  StytchB2BModuleAsyncOptions,
  StytchB2BModuleOptions,
  StytchB2BOptionsFactory,
  StytchOrganizationOptions,
  StytchTenantOption,
} from '../lib/internal.js';

// What a request may act on
export { ActingMember, type ActingMemberOptions } from './acting-member.decorator.js';
export { CurrentOrganization } from './current-organization.decorator.js';

// Client
export { InjectStytchB2BClient, STYTCH_B2B_CLIENT } from './b2b.tokens.js';

// Signing in
export { OrganizationsController } from './auth/organizations.controller.js';
export { OrganizationSignIn } from './auth/organization-sign-in.js';
export type { OrganizationChoices } from './auth/organization-choice.js';
export type { AvailableOrganization } from './auth/discovered-organizations.js';
export { emailMagicLinks } from './auth/methods/email-magic-links.js';
export type { StytchEmailMagicLinkOptions } from './auth/methods/email-magic-links.options.js';
export { emailOtp } from './auth/methods/email-otp.js';
export type { StytchB2BEmailOtpOptions } from './auth/methods/email-otp.options.js';
export { oauth } from './auth/methods/oauth.js';
export type { StytchB2BOAuthOptions } from './auth/methods/oauth.options.js';
export type { StytchB2BOAuthProvider } from './auth/methods/oauth-providers.js';
export type { B2BSignInMethod } from '../lib/internal.js';
