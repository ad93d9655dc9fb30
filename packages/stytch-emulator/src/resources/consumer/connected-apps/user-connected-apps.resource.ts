import { type ApiCall } from '../../../wire/operation.js';
import { grantedAppToWire } from '../../connected-apps/connected-app.wire.js';
import { type Resource } from '../../resource.js';
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
      'GET /v1/users/{user_id}/connected_apps': (call) => list(consumer, call),
      'POST /v1/users/{user_id}/connected_apps/{connected_app_id}/revoke': (call) => revoke(consumer, call),
    },
  };
}

function list({ connectedApps, users }: Consumer, { parameter }: ApiCall) {
  const { userId } = users.get(parameter('user_id'));
  return {
    connected_apps: connectedApps.grantsOf(userId).map(({ app, grant }) => grantedAppToWire(app, grant)),
  };
}

function revoke({ connectedApps, users }: Consumer, { parameter }: ApiCall) {
  const { userId } = users.get(parameter('user_id'));
  connectedApps.revoke(connectedApps.get(parameter('connected_app_id')), userId);
  return {};
}
