import { type SdkRoutes } from '../../../wire/operation.js';
import { requireSdkSession } from '../../sessions/sdk-session.js';
import { type Consumer } from '../consumer.js';
import { userToWire } from './user.wire.js';

export function usersSdkRoutes(consumer: Consumer): SdkRoutes {
  const { users } = consumer;
  return {
    'GET /sdk/v1/users/me': (call) => userToWire(users.get(requireSdkSession(consumer, call).userId)),
  };
}
