import { type SdkRoutes } from '../../../wire/operation.js';
import { requireSdkSession } from '../../sessions/sdk-session.js';
import { type Consumer } from '../consumer.js';
import { withSdkUser } from '../users/sdk-user.js';
import { authenticate } from './authenticate.js';

export function sessionsSdkRoutes(consumer: Consumer): SdkRoutes {
  return {
    'POST /sdk/v1/sessions/authenticate': (call) => {
      const { token } = requireSdkSession(consumer, call);
      return withSdkUser(authenticate(consumer, call.fields.with({ session_token: token })));
    },
    'POST /sdk/v1/sessions/revoke': (call) => {
      consumer.sessions.revoke(requireSdkSession(consumer, call));
      return {};
    },
  };
}
