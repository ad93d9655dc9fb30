import { type EmulatorClock, nowSeconds } from '../../../clock.js';
import { type Identifiers } from '../../../identifiers.js';
import { refuse } from '../../../wire/api-error.js';
import { type ClientSecret, hashSecret } from '../../client-secret.js';
import { type ConnectedApp, type ConnectedAppGrant, isPublic } from './connected-app.js';

export type NewConnectedApp = Pick<ConnectedApp, 'clientType'> &
  Partial<Omit<ConnectedApp, 'secret' | 'nextSecret' | 'grants'>> & { clientSecret?: string | undefined };

/** The connected apps, in the order of their creation, with the access that users have given them. */
export class ConnectedApps {
  private apps = new Map<string, ConnectedApp>();

  constructor(
    private readonly identifiers: Identifiers,
    private readonly clock: EmulatorClock,
  ) {}

  all(): ConnectedApp[] {
    return [...this.apps.values()];
  }

  restore(apps: ConnectedApp[]): void {
    this.apps = new Map(apps.map((app) => [app.clientId, app]));
  }

  find(clientId: string): ConnectedApp | undefined {
    return this.apps.get(clientId);
  }

  /** @throws {ApiError} `connected_app_not_found` */
  get(clientId: string): ConnectedApp {
    return this.find(clientId) ?? refuse(404, 'connected_app_not_found', 'No connected app has this id.');
  }

  /** @returns the app and, unless it is public, its secret, which cannot be read again */
  create({ clientSecret, ...from }: NewConnectedApp): { app: ConnectedApp; secret: string | undefined } {
    const secret = isPublic(from) ? undefined : (clientSecret ?? this.identifiers.token());
    const app: ConnectedApp = {
      clientId: this.identifiers.id('connected-app'),
      clientName: '',
      clientDescription: '',
      redirectUrls: [],
      postLogoutRedirectUrls: [],
      logoUrl: '',
      fullAccessAllowed: false,
      bypassConsentForOfflineAccess: false,
      accessTokenExpiryMinutes: 60,
      accessTokenCustomAudience: '',
      idTokenTemplateContent: '',
      ...from,
      secret: secret === undefined ? null : hashSecret(secret),
      nextSecret: null,
      grants: [],
    };
    this.apps.set(app.clientId, app);
    return { app, secret };
  }

  delete(app: ConnectedApp): void {
    this.apps.delete(app.clientId);
  }

  /** Records an access token, whose scopes replace those that the user permitted before. */
  grant(
    app: ConnectedApp,
    userId: string,
    scopes: string[],
    token: ConnectedAppGrant['tokens'][number],
  ): void {
    const tokens = app.grants.find((grant) => grant.userId === userId)?.tokens ?? [];
    this.revoke(app, userId);
    app.grants.push({ userId, scopes, tokens: [...tokens, token] });
  }

  /** Whether the token was issued to the app for the user, has not expired and is not revoked. */
  isActiveToken(app: ConnectedApp, userId: unknown, tokenId: unknown): boolean {
    const grant = app.grants.find((candidate) => candidate.userId === userId);
    const token = grant?.tokens.find((candidate) => candidate.tokenId === tokenId);
    return token !== undefined && nowSeconds(this.clock) < token.expiresAtSeconds;
  }

  /** Ends the access of the app to the user, with all of its tokens. */
  revoke(app: ConnectedApp, userId: string): void {
    app.grants = app.grants.filter((grant) => grant.userId !== userId);
  }

  revokeAllOf(userId: string): void {
    for (const app of this.apps.values()) this.revoke(app, userId);
  }

  removeExpiredTokens(): void {
    const now = nowSeconds(this.clock);
    for (const grant of this.all().flatMap(({ grants }) => grants)) {
      grant.tokens = grant.tokens.filter(({ expiresAtSeconds }) => now < expiresAtSeconds);
    }
  }

  /**
   * @returns the next secret, which cannot be read again
   * @throws {ApiError} `public_connected_apps_do_not_have_secrets`, `connected_app_already_rotating_secret`
   */
  startRotation(app: ConnectedApp): string {
    refusePublic(app);
    if (app.nextSecret !== null) {
      refuse(400, 'connected_app_already_rotating_secret', 'The app has a next_client_secret already.');
    }
    const secret = this.identifiers.token();
    app.nextSecret = hashSecret(secret);
    return secret;
  }

  /** @throws {ApiError} `public_connected_apps_do_not_have_secrets`, `connected_app_not_rotating_secret` */
  cancelRotation(app: ConnectedApp): void {
    nextSecretOf(app);
    app.nextSecret = null;
  }

  /** @throws {ApiError} `public_connected_apps_do_not_have_secrets`, `connected_app_not_rotating_secret` */
  completeRotation(app: ConnectedApp): void {
    app.secret = nextSecretOf(app);
    app.nextSecret = null;
  }
}

function refusePublic(app: ConnectedApp): void {
  if (isPublic(app)) {
    refuse(400, 'public_connected_apps_do_not_have_secrets', 'A public connected app has no secret.');
  }
}

function nextSecretOf(app: ConnectedApp): ClientSecret {
  refusePublic(app);
  return (
    app.nextSecret ?? refuse(400, 'connected_app_not_rotating_secret', 'The app has no next_client_secret.')
  );
}
