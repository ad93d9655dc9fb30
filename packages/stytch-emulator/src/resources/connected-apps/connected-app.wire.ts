import { type ConnectedApp, type ConnectedAppGrant } from './connected-app.js';

/** A connected app as the API returns it. */
export function connectedAppToWire(app: ConnectedApp) {
  // The values of this field are not documented.
  return { ...commonFields(app), creation_method: 'api' };
}

/** A connected app with a new secret, which is only shown in this response. */
export function connectedAppWithSecretToWire(
  app: ConnectedApp,
  secret: { client_secret?: string | undefined } | { next_client_secret: string },
) {
  return { ...commonFields(app), ...secret };
}

function commonFields(app: ConnectedApp) {
  return {
    client_id: app.clientId,
    client_type: app.clientType,
    client_name: app.clientName,
    client_description: app.clientDescription,
    status: 'active',
    redirect_urls: app.redirectUrls,
    post_logout_redirect_urls: app.postLogoutRedirectUrls,
    logo_url: app.logoUrl,
    full_access_allowed: app.fullAccessAllowed,
    bypass_consent_for_offline_access: app.bypassConsentForOfflineAccess,
    access_token_expiry_minutes: app.accessTokenExpiryMinutes,
    access_token_custom_audience: app.accessTokenCustomAudience,
    access_token_template_content: '',
    id_token_template_content: app.idTokenTemplateContent,
    client_secret_last_four: app.secret?.lastFour ?? '',
    next_client_secret_last_four: app.nextSecret?.lastFour ?? null,
    client_id_metadata_url: '',
  };
}

/** A connected app and what it may do for a user or member, as the API returns it. */
export function grantedAppToWire(app: ConnectedApp, grant: ConnectedAppGrant) {
  return {
    connected_app_id: app.clientId,
    name: app.clientName,
    description: app.clientDescription,
    client_type: app.clientType,
    logo_url: app.logoUrl,
    scopes_granted: grant.scopes.join(' '),
  };
}
