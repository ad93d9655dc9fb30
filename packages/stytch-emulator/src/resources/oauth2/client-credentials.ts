import { decodeBasic } from '../../wire/basic-auth.js';
import { refuse } from '../../wire/api-error.js';
import { type ApiCall } from '../../wire/operation.js';

/** What a client authenticates with. Public clients have no secret. */
export interface ClientCredentials {
  clientId: string;
  clientSecret: string | undefined;
}

/**
 * Reads the credentials from the body, or from HTTP Basic authorization, but not from both (RFC 6749,
 * section 2.3).
 *
 * @throws {ApiError} `invalid_request`, `invalid_client`
 */
export function readClientCredentials({ fields, header }: ApiCall): ClientCredentials {
  const clientId = fields.string('client_id');
  const clientSecret = fields.string('client_secret');
  const basic = decodeBasic(header('authorization'))?.map(decodeForm);
  if (basic && clientSecret !== undefined) {
    refuse(
      400,
      'invalid_request',
      'The client must authenticate in the body or with HTTP Basic, not with both.',
    );
  }
  if (basic) return { clientId: basic[0] ?? '', clientSecret: basic[1] };
  return {
    clientId: clientId ?? refuse(401, 'invalid_client', 'client_id is required.'),
    clientSecret,
  };
}

// RFC 6749, section 2.3.1: both are encoded as form fields before they are joined.
function decodeForm(text: string): string {
  return new URLSearchParams(`x=${text.replaceAll('&', '%26')}`).get('x') ?? '';
}

/** @throws {ApiError} always: the same for an unknown client, a wrong secret and an inactive client */
export function refuseClient(): never {
  return refuse(401, 'invalid_client', 'No active client has this client_id and client_secret.');
}
