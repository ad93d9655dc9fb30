import { EmulatorError } from '../emulator-error.js';
import { type ClientContext } from '../resources/client-context.js';
import { type ConnectedApp } from '../resources/connected-apps/connected-app.js';
import { issueConnectedAppToken } from '../resources/connected-apps/connected-app-token.js';
import { isScope } from '../wire/scopes.js';
import { checkAccessTokenClaims } from './access-token-claims.js';
import { type IssuedM2MToken } from './controls.js';
import { withEmulatorErrors } from './with-emulator-errors.js';

export interface AccessTokenOptions {
  clientId?: string;
  scopes: string[];
  customClaims?: Record<string, unknown>;
}

/** The user or member that an app acts for. */
export interface AccessTokenSubject {
  subjectId: string;
  /** Claims that tokens for such a subject have. */
  claims?: Record<string, unknown>;
}

/** @throws {EmulatorError} `emulator_client_not_found`, `emulator_options_invalid`, and the errors of the subject */
export function issueAccessToken(
  context: ClientContext,
  { clientId, scopes, customClaims }: AccessTokenOptions,
  findSubject: () => AccessTokenSubject,
): IssuedM2MToken & { subjectId: string } {
  if (!scopes.every(isScope)) {
    throw new EmulatorError('emulator_options_invalid', 'scopes must be a list of scopes.');
  }
  return withEmulatorErrors(() => {
    const checkedClaims = checkAccessTokenClaims(customClaims);
    const existing = clientId === undefined ? undefined : existingApp(context, clientId);
    const { subjectId, claims } = findSubject();
    const app = existing ?? context.connectedApps.create({ clientType: 'third_party_public' }).app;
    const token = issueConnectedAppToken(context, app, subjectId, [...new Set(scopes)], {
      ...checkedClaims,
      ...claims,
    });
    return { client_id: app.clientId, subjectId, ...token };
  });
}

function existingApp({ connectedApps }: ClientContext, clientId: string): ConnectedApp {
  const app = connectedApps.find(clientId);
  if (!app) throw new EmulatorError('emulator_client_not_found', 'No connected app has this clientId.');
  return app;
}
