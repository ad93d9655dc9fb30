import { EmulatorError } from '../../emulator-error.js';
import { type ConnectedApp } from '../../resources/connected-apps/connected-app.js';
import { issueConnectedAppToken } from '../../resources/connected-apps/connected-app-token.js';
import { type Consumer } from '../../resources/consumer/consumer.js';
import { isScope } from '../../wire/scopes.js';
import { checkAccessTokenClaims } from '../access-token-claims.js';
import { type ConnectedAppTokenOptions, type IssuedConnectedAppToken } from '../controls.js';
import { findOrCreateUser } from './find-or-create-user.js';
import { withEmulatorErrors } from '../with-emulator-errors.js';

/** @throws {EmulatorError} `emulator_user_not_found`, `emulator_client_not_found`, `emulator_options_invalid` */
export function issueTokenToConnectedApp(
  consumer: Consumer,
  { clientId, scopes, customClaims, ...user }: ConnectedAppTokenOptions,
): IssuedConnectedAppToken {
  if (!scopes.every(isScope)) {
    throw new EmulatorError('emulator_options_invalid', 'scopes must be a list of scopes.');
  }
  return withEmulatorErrors(() => {
    const claims = checkAccessTokenClaims(customClaims);
    const existing = clientId === undefined ? undefined : existingApp(consumer, clientId);
    const { userId } = findOrCreateUser(consumer, user);
    const app = existing ?? consumer.connectedApps.create({ clientType: 'third_party_public' }).app;
    const token = issueConnectedAppToken(consumer, app, userId, [...new Set(scopes)], claims);
    return { client_id: app.clientId, user_id: userId, ...token };
  });
}

function existingApp({ connectedApps }: Consumer, clientId: string): ConnectedApp {
  const app = connectedApps.find(clientId);
  if (!app) throw new EmulatorError('emulator_client_not_found', 'No connected app has this clientId.');
  return app;
}
