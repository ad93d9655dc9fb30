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

// Client
export { InjectStytchB2BClient, STYTCH_B2B_CLIENT } from './b2b.tokens.js';
