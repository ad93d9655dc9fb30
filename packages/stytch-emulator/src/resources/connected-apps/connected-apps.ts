import { type EmulatorClock, nowSeconds } from '../../clock.js';
import { type Identifiers } from '../../identifiers.js';
import { Entries } from '../../project/entries.js';
import { refuse } from '../../wire/api-error.js';
import { type ClientSecret, hashSecret } from '../client-secret.js';
import { type ConnectedApp, type ConnectedAppGrant, isPublic } from './connected-app.js';

export type NewConnectedApp = Pick<ConnectedApp, 'clientType'> &
  Partial<Omit<ConnectedApp, 'secret' | 'nextSecret' | 'grants'>> & { clientSecret?: string | undefined };

/** The connected apps, in the order of their creation, with the access that users or members have given them. */
export class ConnectedApps {
  readonly entries = new Entries<ConnectedApp>(({ clientId }) => clientId);

  constructor(
    private readonly identifiers: Identifiers,
    private readonly clock: EmulatorClock,
  ) {}

  all(): ConnectedApp[] {
    return this.entries.all();
  }

  find(clientId: string): ConnectedApp | undefined {
    return this.entries.get(clientId);
  }

  /** @throws {ApiError} `connected_app_not_found` */
  get(clientId: string): ConnectedApp {
    return this.find(clientId) ?? refuse(404, 'connected_app_not_found');
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
    this.entries.set(app);
    return { app, secret };
  }

  delete(app: ConnectedApp): void {
    this.entries.delete(app);
  }

  /** Records an access token, whose scopes replace those that the user permitted before. */
  grant(
    app: ConnectedApp,
    subjectId: string,
    scopes: readonly string[],
    token: ConnectedAppGrant['tokens'][number],
  ): void {
    const tokens = app.grants.find((grant) => grant.subjectId === subjectId)?.tokens ?? [];
    this.revoke(app, subjectId);
    this.entries.edit(app).grants.push({ subjectId, scopes: [...scopes], tokens: [...tokens, token] });
  }

  /** Whether the token was issued to the app for the user, has not expired and is not revoked. */
  isActiveToken(app: ConnectedApp, subjectId: unknown, tokenId: unknown): boolean {
    const grant = app.grants.find((candidate) => candidate.subjectId === subjectId);
    const token = grant?.tokens.find((candidate) => candidate.tokenId === tokenId);
    return token !== undefined && nowSeconds(this.clock) < token.expiresAtSeconds;
  }

  /** The apps that a user or member has given access, with what they may do. */
  grantsOf(subjectId: string): { app: ConnectedApp; grant: ConnectedAppGrant }[] {
    return this.all().flatMap((app) =>
      app.grants.filter((grant) => grant.subjectId === subjectId).map((grant) => ({ app, grant })),
    );
  }

  /** Ends the access of the app to the user, with all of its tokens. */
  revoke(app: ConnectedApp, subjectId: string): void {
    if (!app.grants.some((grant) => grant.subjectId === subjectId)) return;
    const edited = this.entries.edit(app);
    edited.grants = edited.grants.filter((grant) => grant.subjectId !== subjectId);
  }

  revokeAllOf(subjectId: string): void {
    for (const app of this.all()) this.revoke(app, subjectId);
  }

  removeExpiredTokens(): void {
    const now = nowSeconds(this.clock);
    const hasExpired = ({ expiresAtSeconds }: ConnectedAppGrant['tokens'][number]) => now >= expiresAtSeconds;
    for (const app of this.all()) {
      if (!app.grants.some(({ tokens }) => tokens.some(hasExpired))) continue;
      for (const grant of this.entries.edit(app).grants) {
        grant.tokens = grant.tokens.filter((token) => !hasExpired(token));
      }
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
    this.entries.edit(app).nextSecret = hashSecret(secret);
    return secret;
  }

  /** @throws {ApiError} `public_connected_apps_do_not_have_secrets`, `connected_app_not_rotating_secret` */
  cancelRotation(app: ConnectedApp): void {
    nextSecretOf(app);
    this.entries.edit(app).nextSecret = null;
  }

  /** @throws {ApiError} `public_connected_apps_do_not_have_secrets`, `connected_app_not_rotating_secret` */
  completeRotation(app: ConnectedApp): void {
    Object.assign(this.entries.edit(app), { secret: nextSecretOf(app), nextSecret: null });
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
