import { refuse } from '../../wire/api-error.js';
import { type ApiCall } from '../../wire/operation.js';
import { isSecretOf } from '../client-secret.js';
import { type ClientContext } from '../client-context.js';
import { type M2MClient } from '../m2m/m2m-client.js';
import { grantedScopes, issueM2MToken } from '../m2m/m2m-token.js';
import { readClientCredentials, refuseClient } from './client-credentials.js';

/** The token endpoint (RFC 6749) for M2M clients. Other parameters only matter to templates of claims. */
export function issueToken(context: ClientContext, call: ApiCall) {
  checkGrantType(call.fields.string('grant_type'));
  const client = authenticateM2MClient(context, call);
  return issueM2MToken(context, client, grantedScopes(client, call.fields.string('scope')));
}

function checkGrantType(grantType: string | undefined): void {
  if (grantType === 'client_credentials') return;
  if (grantType === undefined) refuse(400, 'invalid_request', 'grant_type is required.');
  if (grantType === 'authorization_code' || grantType === 'refresh_token') {
    refuse(501, 'emulator_not_implemented', `The emulator does not implement grant_type ${grantType} yet.`);
  }
  refuse(400, 'unsupported_grant_type', 'grant_type must be client_credentials.');
}

/** @throws {ApiError} `invalid_request`, `invalid_client` */
export function authenticateM2MClient({ m2mClients }: ClientContext, call: ApiCall): M2MClient {
  const { clientId, clientSecret } = readClientCredentials(call);
  const client = m2mClients.find(clientId);
  const isAuthentic =
    client?.status === 'active' && clientSecret !== undefined && isSecretOf(client, clientSecret);
  return isAuthentic ? client : refuseClient();
}
