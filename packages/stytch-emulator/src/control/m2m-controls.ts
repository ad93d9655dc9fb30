import { EmulatorError } from '../emulator-error.js';
import { type ClientContext } from '../resources/client-context.js';
import { type M2MClient } from '../resources/m2m/m2m-client.js';
import { m2mClientToWire } from '../resources/m2m/m2m-client.wire.js';
import { grantedScopes, issueM2MToken } from '../resources/m2m/m2m-token.js';
import { mergeMetadata } from '../resources/metadata.js';
import { checkAccessTokenClaims } from './access-token-claims.js';
import {
  type IssuedM2MToken,
  type MintedM2MClient,
  type M2MTokenOptions,
  type NewM2MClientOptions,
} from './controls.js';
import { withEmulatorErrors } from './with-emulator-errors.js';

/** @throws {EmulatorError} `emulator_options_invalid` */
export function createM2MClient(
  { m2mClients }: ClientContext,
  options: NewM2MClientOptions,
): MintedM2MClient {
  const { name, description, trustedMetadata, ...rest } = options;
  return withEmulatorErrors(() => {
    const { client, secret } = m2mClients.create({
      ...rest,
      clientName: name,
      clientDescription: description,
      trustedMetadata: mergeMetadata({}, trustedMetadata),
    });
    return { client_id: client.clientId, client_secret: secret, m2m_client: m2mClientToWire(client) };
  });
}

/** @throws {EmulatorError} `emulator_client_not_found`, `emulator_options_invalid` */
export function issueTokenToM2MClient(
  context: ClientContext,
  { clientId, scopes, customClaims }: M2MTokenOptions,
): IssuedM2MToken {
  return withEmulatorErrors(() => {
    const claims = checkAccessTokenClaims(customClaims);
    const client =
      clientId === undefined
        ? context.m2mClients.create({ scopes: scopes ?? [] }).client
        : existingClient(context, clientId);
    const token = issueM2MToken(context, client, grantedScopes(client, scopes?.join(' ')), claims);
    return { client_id: client.clientId, ...token };
  });
}

function existingClient({ m2mClients }: ClientContext, clientId: string): M2MClient {
  const client = m2mClients.find(clientId);
  if (!client) throw new EmulatorError('emulator_client_not_found', 'No M2M client has this clientId.');
  return client;
}
