import { type ApiCall } from '../../../wire/operation.js';
import { grantedAppToWire } from '../../connected-apps/connected-app.wire.js';
import { type Resource } from '../../resource.js';
import { requireSdkSession } from '../../sessions/sdk-session.js';
import { type Consumer } from '../consumer.js';

/** The connected apps that a user has given access. Has no state: connected apps store it. */
export function userConnectedAppsResource(consumer: Consumer): Resource {
  const { connectedApps, users } = consumer;
  users.onDelete((userId) => {
    connectedApps.revokeAllOf(userId);
  });
  return {
    name: 'userConnectedApps',
    routes: {
      'GET /v1/users/{user_id}/connected_apps': ({ parameter }) => list(consumer, parameter('user_id')),
      'POST /v1/users/{user_id}/connected_apps/{connected_app_id}/revoke': (call) =>
        revoke(consumer, call, call.parameter('user_id')),
    },
    sdkRoutes: {
      'GET /sdk/v1/users/connected_apps': (call) => list(consumer, requireSdkSession(consumer, call).userId),
      'POST /sdk/v1/users/connected_apps/{connected_app_id}/revoke': (call) =>
        revoke(consumer, call, requireSdkSession(consumer, call).userId),
    },
  };
}

function list({ connectedApps, users }: Consumer, id: string) {
  const { userId } = users.get(id);
  return {
    connected_apps: connectedApps.grantsOf(userId).map(({ app, grant }) => grantedAppToWire(app, grant)),
  };
}

function revoke({ connectedApps, users }: Consumer, { parameter }: ApiCall, id: string) {
  const { userId } = users.get(id);
  connectedApps.revoke(connectedApps.get(parameter('connected_app_id')), userId);
  return {};
}
