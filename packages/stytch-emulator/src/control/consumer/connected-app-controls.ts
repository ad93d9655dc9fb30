import { type Consumer } from '../../resources/consumer/consumer.js';
import { type ConnectedAppTokenOptions, type IssuedConnectedAppToken } from '../controls.js';
import { issueAccessToken } from '../issue-connected-app-token.js';
import { findOrCreateUser } from './find-or-create-user.js';

/** @throws {EmulatorError} `emulator_user_not_found`, `emulator_client_not_found`, `emulator_options_invalid` */
export function issueTokenToConnectedApp(
  consumer: Consumer,
  options: ConnectedAppTokenOptions,
): IssuedConnectedAppToken {
  const { subjectId, ...token } = issueAccessToken(consumer, options, () => ({
    subjectId: findOrCreateUser(consumer, options).userId,
  }));
  return { ...token, user_id: subjectId };
}
