import { type ApiCall } from '../../wire/operation.js';
import { type Resource } from '../resource.js';
import { searchPage } from '../search-page.js';
import { type ClientContext } from '../client-context.js';
import { type ConnectedApp } from './connected-app.js';
import { connectedAppToWire, connectedAppWithSecretToWire } from './connected-app.wire.js';
import { type ConnectedApps } from './connected-apps.js';
import { readClientType, readSettings } from './read-connected-app.js';
import { seedConnectedApps } from './seed-connected-apps.js';

/**
 * OAuth clients that act for users or members. The flow with their consent is not emulated: the control API issues
 * tokens.
 */
export function connectedAppsResource({ connectedApps }: ClientContext): Resource {
  return {
    name: 'connectedApps',
    routes: {
      'POST /v1/connected_apps/clients': (call) => create(connectedApps, call),
      'GET /v1/connected_apps/clients/{client_id}': (call) => toResponse(appOf(connectedApps, call)),
      'PUT /v1/connected_apps/clients/{client_id}': (call) => update(connectedApps, call),
      'DELETE /v1/connected_apps/clients/{client_id}': (call) => remove(connectedApps, call),
      'POST /v1/connected_apps/clients/search': (call) => search(connectedApps, call),
      'POST /v1/connected_apps/clients/{client_id}/secrets/rotate/start': (call) =>
        startRotation(connectedApps, call),
      'POST /v1/connected_apps/clients/{client_id}/secrets/rotate/cancel': (call) =>
        cancelRotation(connectedApps, call),
      'POST /v1/connected_apps/clients/{client_id}/secrets/rotate': (call) =>
        completeRotation(connectedApps, call),
    },
    entries: connectedApps.entries,
    tidy() {
      connectedApps.removeExpiredTokens();
    },
    seed: seedConnectedApps(connectedApps),
  };
}

function create(apps: ConnectedApps, { fields }: ApiCall) {
  const clientType = readClientType(fields);
  const { app, secret } = apps.create({ ...readSettings({ clientType }, fields), clientType });
  return { connected_app: connectedAppWithSecretToWire(app, { client_secret: secret }) };
}

/** Validates everything before it changes the app. */
function update(apps: ConnectedApps, call: ApiCall) {
  const app = appOf(apps, call);
  const settings = readSettings(app, call.fields);
  return toResponse(Object.assign(apps.entries.edit(app), settings));
}

function remove(apps: ConnectedApps, call: ApiCall) {
  const app = appOf(apps, call);
  apps.delete(app);
  return { client_id: app.clientId };
}

function search(apps: ConnectedApps, { fields }: ApiCall) {
  // The official list of error types has none for the limit and the cursor of this search.
  const { page, results_metadata } = searchPage(apps.all(), fields, {
    idOf: ({ clientId }) => clientId,
    invalidLimit: 'bad_request',
    invalidCursor: 'bad_request',
  });
  return { connected_apps: page.map(connectedAppToWire), results_metadata };
}

function startRotation(apps: ConnectedApps, call: ApiCall) {
  const app = appOf(apps, call);
  const secret = apps.startRotation(app);
  return { connected_app: connectedAppWithSecretToWire(app, { next_client_secret: secret }) };
}

function cancelRotation(apps: ConnectedApps, call: ApiCall) {
  const app = appOf(apps, call);
  apps.cancelRotation(app);
  return toResponse(app);
}

function completeRotation(apps: ConnectedApps, call: ApiCall) {
  const app = appOf(apps, call);
  apps.completeRotation(app);
  return toResponse(app);
}

function appOf(apps: ConnectedApps, { parameter }: ApiCall): ConnectedApp {
  return apps.get(parameter('client_id'));
}

function toResponse(app: ConnectedApp) {
  return { connected_app: connectedAppToWire(app) };
}
