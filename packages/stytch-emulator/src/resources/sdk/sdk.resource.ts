import { type SdkCall } from '../../wire/operation.js';
import { checkPublicToken } from '../../wire/public-token-auth.js';
import { type Rbac } from '../rbac/rbac.js';
import { type Resource, type ResourceContext } from '../resource.js';

/** What a browser SDK calls before anybody signs in. Has no state. */
export function sdkResource(context: ResourceContext, rbac: Rbac): Resource {
  return {
    name: 'sdk',
    routes: {},
    sdkRoutes: {
      'GET /sdk/v1/projects/bootstrap/{public_token}': (call) => bootstrap(context, rbac, call),
      // Telemetry, which is not stored.
      'POST /sdk/v1/events': () => ({}),
    },
  };
}

/**
 * The settings of the project that concern a browser SDK. PKCE is required wherever the SDK supports it, so that a link
 * works only in the browser that requested it. The web SDK needs an explicit null where something is not set.
 */
function bootstrap({ credentials }: ResourceContext, { policy }: Rbac, { parameter }: SdkCall) {
  checkPublicToken(credentials, parameter('public_token'));
  const isB2B = credentials.product === 'b2b';
  return {
    project_name: 'Stytch emulator',
    vertical: isB2B ? 'B2B' : 'CONSUMER',
    pkce_required_for_email_magic_links: true,
    pkce_required_for_oauth: true,
    pkce_required_for_password_resets: true,
    pkce_required_for_sso: true,
    create_organization_enabled: isB2B,
    rbac_policy: policy,
    password_config: null,
    slug_pattern: null,
    captcha_settings: { enabled: false },
    dfp_protected_auth_enabled: false,
    dfp_protected_auth_mode: null,
    siwe_required_for_crypto_wallets: false,
    opaque_errors: false,
    disable_sdk_watermark: false,
    cname_domain: null,
    email_domains: [],
  };
}
