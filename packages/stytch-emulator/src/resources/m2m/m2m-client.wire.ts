import { type M2MClient } from './m2m-client.js';

/** A client as the API returns it. */
export function m2mClientToWire(client: M2MClient) {
  return {
    client_id: client.clientId,
    client_name: client.clientName,
    client_description: client.clientDescription,
    status: client.status,
    scopes: [...client.scopes],
    trusted_metadata: client.trustedMetadata,
    client_secret_last_four: client.secret.lastFour,
    next_client_secret_last_four: client.nextSecret?.lastFour ?? null,
  };
}
