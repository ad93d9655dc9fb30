import { refuse } from '../../wire/api-error.js';
import { type Fields } from '../../wire/fields.js';
import {
  type ConnectedApp,
  type ConnectedAppType,
  connectedAppTypes,
  isThirdParty,
} from './connected-app.js';

/** Not documented; longer tokens would be unusual. */
const maxExpiryMinutes = 1440;

/** @throws {ApiError} `invalid_connected_app_type` */
export function readClientType(fields: Fields): ConnectedAppType {
  const type = fields.any('client_type');
  return (
    connectedAppTypes.find((known) => known === type) ??
    refuse(400, 'invalid_connected_app_type', `client_type must be one of ${connectedAppTypes.join(', ')}.`)
  );
}

/**
 * The settings that the request contains.
 *
 * @throws {ApiError} `connected_app_invalid_redirect_url`, `idp_invalid_access_token_expiry_minutes`,
 *   `third_party_clients_cannot_use_full_access`, `third_party_clients_require_consent_for_offline_access`
 */
export function readSettings(app: Pick<ConnectedApp, 'clientType'>, fields: Fields): Partial<ConnectedApp> {
  const settings = {
    clientName: fields.string('client_name'),
    clientDescription: fields.string('client_description'),
    redirectUrls: checkUrls(fields.strings('redirect_urls')),
    postLogoutRedirectUrls: checkUrls(fields.strings('post_logout_redirect_urls')),
    logoUrl: fields.string('logo_url'),
    fullAccessAllowed: fields.boolean('full_access_allowed'),
    bypassConsentForOfflineAccess: fields.boolean('bypass_consent_for_offline_access'),
    accessTokenExpiryMinutes: checkExpiry(fields.integer('access_token_expiry_minutes')),
    accessTokenCustomAudience: fields.string('access_token_custom_audience'),
    idTokenTemplateContent: fields.string('id_token_template_content'),
  };
  if (settings.fullAccessAllowed && isThirdParty(app)) {
    refuse(400, 'third_party_clients_cannot_use_full_access', 'full_access_allowed is for first-party apps.');
  }
  if (settings.bypassConsentForOfflineAccess && isThirdParty(app)) {
    refuse(
      400,
      'third_party_clients_require_consent_for_offline_access',
      'bypass_consent_for_offline_access is for first-party apps.',
    );
  }
  if (fields.string('access_token_template_content')) {
    // Ignoring a template would issue tokens without the claims that the application expects.
    refuse(
      501,
      'emulator_not_implemented',
      'The emulator does not implement templates of access tokens yet.',
    );
  }
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function checkUrls(urls: string[] | undefined): string[] | undefined {
  if (urls === undefined || urls.every((url) => URL.canParse(url))) return urls;
  return refuse(400, 'connected_app_invalid_redirect_url', 'A redirect URL is not a valid URL.');
}

function checkExpiry(minutes: number | undefined): number | undefined {
  if (minutes === undefined || (minutes >= 1 && minutes <= maxExpiryMinutes)) return minutes;
  return refuse(
    400,
    'idp_invalid_access_token_expiry_minutes',
    `access_token_expiry_minutes must be from 1 to ${maxExpiryMinutes}.`,
  );
}
