import { B2BClient } from 'stytch';
import { AuthController } from '../lib/index.js';
import { memberSessionFromClaims, StytchProduct, type ProductDefinition } from '../lib/internal.js';
import { MemberOrganizations } from './auth/member-organizations.js';
import { emailMagicLinks } from './auth/methods/email-magic-links.js';
import { OrganizationChoice } from './auth/organization-choice.js';
import { OrganizationSignIn } from './auth/organization-sign-in.js';
import { OrganizationsController } from './auth/organizations.controller.js';
import { STYTCH_B2B_CLIENT } from './b2b.tokens.js';
import { MemberSessionApi } from './member-session-api.js';
import { OrganizationCheck } from './tenants/organization-check.js';
import { SwitchPageController } from './tenants/switch-page.controller.js';
import { TenantParameterCheck } from './tenants/tenant-parameter-check.js';

class B2BProduct extends StytchProduct<B2BClient> {
  override readonly name = 'b2b';
  override readonly SdkClient = B2BClient;
  override readonly redirectUrlTypes = 'login, sign-up, invitation and discovery';
  override readonly readSession = memberSessionFromClaims;
  override readonly subjectErrors = new Map([
    ['member_not_found', 'session_invalid'],
    ['organization_not_found', 'session_invalid'],
    ['organization_suspended', 'session_suspended'],
  ] as const);

  override defaultMethods() {
    return [emailMagicLinks()];
  }
}

export const b2bProduct: ProductDefinition<B2BClient> = {
  product: new B2BProduct(),
  clientToken: STYTCH_B2B_CLIENT,
  sessionApi: MemberSessionApi,
  organizations: MemberOrganizations,
  tenantCheck: OrganizationCheck,
  controllers: [AuthController, OrganizationsController, SwitchPageController],
  providers: [OrganizationChoice, OrganizationSignIn, TenantParameterCheck],
  exports: [OrganizationSignIn],
};
