import type { Provider, Type } from '@nestjs/common';
import type { SignInOrganizations } from '../auth/sign-in-organizations.js';
import type { TenantCheck } from '../session/tenant-check.js';
import type { SessionApi } from '../ports/session-api.js';
import type { StytchProduct } from '../ports/stytch-product.js';

/** What a module for one of Stytch's products is made of, besides what both have in common. */
export interface ProductDefinition<SdkClient extends object = object> {
  readonly product: StytchProduct<SdkClient>;
  /** The injection token of the SDK's client. */
  readonly clientToken: symbol;
  readonly sessionApi: Type<SessionApi>;
  readonly organizations: Type<SignInOrganizations>;
  readonly tenantCheck: Type<TenantCheck>;
  /** The login routes. */
  readonly controllers: readonly Type[];
  /** What they need besides what both products have. */
  readonly providers: readonly Provider[];
  /** Those of them that an application may inject. */
  readonly exports: readonly Type[];
}
