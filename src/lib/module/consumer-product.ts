import { Client } from 'stytch';
import { AuthController } from '../auth/auth.controller.js';
import { magicLinks } from '../auth/methods/magic-link/magic-links.js';
import { NoOrganizations } from '../auth/sign-in-organizations.js';
import { userSessionFromClaims } from '../identity/user-session-from-claims.js';
import { StytchProduct } from '../ports/stytch-product.js';
import { NoTenants } from '../session/tenant-check.js';
import { ConsumerSessionApi } from '../stytch-api/consumer-session-api.js';
import { STYTCH_CLIENT } from '../stytch.tokens.js';
import type { ProductDefinition } from './product-definition.js';

class ConsumerProduct extends StytchProduct<Client> {
  override readonly name = 'consumer';
  override readonly SdkClient = Client;
  override readonly redirectUrlTypes = 'login and sign-up';
  override readonly readSession = userSessionFromClaims;
  override readonly subjectErrors = new Map([['user_not_found', 'session_invalid'] as const]);

  override defaultMethods() {
    return [magicLinks()];
  }
}

export const consumerProduct: ProductDefinition<Client> = {
  product: new ConsumerProduct(),
  clientToken: STYTCH_CLIENT,
  sessionApi: ConsumerSessionApi,
  organizations: NoOrganizations,
  tenantCheck: NoTenants,
  controllers: [AuthController],
  providers: [],
  exports: [],
};
