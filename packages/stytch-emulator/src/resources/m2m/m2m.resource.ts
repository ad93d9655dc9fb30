import { refuse } from '../../wire/api-error.js';
import { type ApiCall } from '../../wire/operation.js';
import { type Resource } from '../resource.js';
import { type ClientContext } from '../client-context.js';
import { mergeMetadata } from '../metadata.js';
import { type M2MClient } from './m2m-client.js';
import { m2mClientToWire } from './m2m-client.wire.js';
import { checkScopes, type M2MClients } from './m2m-clients.js';
import { searchM2MClients } from './m2m-search.js';
import { seedM2MClients } from './seed-m2m-clients.js';

/** Machine-to-machine clients. Their access tokens are issued by the OAuth 2.0 endpoints. */
export function m2mResource({ m2mClients }: ClientContext): Resource {
  return {
    name: 'm2mClients',
    routes: {
      'POST /v1/m2m/clients': (call) => create(m2mClients, call),
      'GET /v1/m2m/clients/{client_id}': (call) => toResponse(clientOf(m2mClients, call)),
      'PUT /v1/m2m/clients/{client_id}': (call) => update(m2mClients, call),
      'DELETE /v1/m2m/clients/{client_id}': (call) => remove(m2mClients, call),
      'POST /v1/m2m/clients/search': ({ fields }) => searchM2MClients(m2mClients.all(), fields),
      'POST /v1/m2m/clients/{client_id}/secrets/rotate/start': (call) => startRotation(m2mClients, call),
      'POST /v1/m2m/clients/{client_id}/secrets/rotate/cancel': (call) => cancelRotation(m2mClients, call),
      'POST /v1/m2m/clients/{client_id}/secrets/rotate': (call) => completeRotation(m2mClients, call),
    },
    entries: m2mClients.entries,
    seed: seedM2MClients(m2mClients),
  };
}

function create(clients: M2MClients, { fields }: ApiCall) {
  const { client, secret } = clients.create({
    clientId: fields.string('client_id'),
    clientSecret: fields.string('client_secret'),
    clientName: fields.string('client_name'),
    clientDescription: fields.string('client_description'),
    scopes: fields.strings('scopes') ?? refuse(400, 'invalid_m2m_client_scope', 'scopes is required.'),
    trustedMetadata: mergeMetadata({}, fields.any('trusted_metadata')),
  });
  return { m2m_client: { ...m2mClientToWire(client), client_secret: secret } };
}

/** Validates everything before it changes the client. Metadata merges at the top level, as for users. */
function update(clients: M2MClients, call: ApiCall) {
  const client = clientOf(clients, call);
  const { fields } = call;
  const update: Partial<M2MClient> = {
    clientName: fields.string('client_name') ?? client.clientName,
    clientDescription: fields.string('client_description') ?? client.clientDescription,
    status: readStatus(fields.any('status')) ?? client.status,
    scopes: checkScopes(fields.strings('scopes') ?? client.scopes),
    trustedMetadata: mergeMetadata(client.trustedMetadata, fields.any('trusted_metadata')),
  };
  return toResponse(Object.assign(clients.entries.edit(client), update));
}

/** Access tokens that were issued before stay valid until they expire, as documented. */
function remove(clients: M2MClients, call: ApiCall) {
  const client = clientOf(clients, call);
  clients.delete(client);
  return { client_id: client.clientId };
}

function startRotation(clients: M2MClients, call: ApiCall) {
  const client = clientOf(clients, call);
  const secret = clients.startRotation(client);
  return { m2m_client: { ...m2mClientToWire(client), next_client_secret: secret } };
}

function cancelRotation(clients: M2MClients, call: ApiCall) {
  const client = clientOf(clients, call);
  clients.cancelRotation(client);
  return toResponse(client);
}

function completeRotation(clients: M2MClients, call: ApiCall) {
  const client = clientOf(clients, call);
  clients.completeRotation(client);
  return toResponse(client);
}

function clientOf(clients: M2MClients, { parameter }: ApiCall): M2MClient {
  return clients.get(parameter('client_id'));
}

function toResponse(client: M2MClient) {
  return { m2m_client: m2mClientToWire(client) };
}

function readStatus(status: unknown): M2MClient['status'] | undefined {
  if (status === undefined || status === 'active' || status === 'inactive') return status;
  return refuse(400, 'm2m_client_invalid_status', 'status must be active or inactive.');
}
