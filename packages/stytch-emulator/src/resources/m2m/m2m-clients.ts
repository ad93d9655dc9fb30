import { type Identifiers } from '../../identifiers.js';
import { Entries } from '../../project/entries.js';
import { refuse } from '../../wire/api-error.js';
import { isScope } from '../../wire/scopes.js';
import { checkImportedSecret, hashSecret } from '../client-secret.js';
import { type M2MClient } from './m2m-client.js';

export interface NewM2MClient {
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  clientName?: string | undefined;
  clientDescription?: string | undefined;
  scopes: string[];
  trustedMetadata?: Record<string, unknown> | undefined;
}

/** The M2M clients, in the order of their creation. Only hashes of their secrets are stored. */
export class M2MClients {
  readonly entries = new Entries<M2MClient>(({ clientId }) => clientId);

  constructor(private readonly identifiers: Identifiers) {}

  all(): M2MClient[] {
    return this.entries.all();
  }

  find(clientId: string): M2MClient | undefined {
    return this.entries.get(clientId);
  }

  /** @throws {ApiError} `m2m_client_not_found` */
  get(clientId: string): M2MClient {
    return this.find(clientId) ?? refuse(404, 'm2m_client_not_found', 'No M2M client has this client_id.');
  }

  /**
   * @returns the client and its secret, which cannot be read again
   * @throws {ApiError} `m2m_client_invalid_client_id`, `duplicate_m2m_client_id`, `insecure_m2m_client_secret`,
   *   `client_secret_too_long`, `invalid_m2m_client_scope`
   */
  create(from: NewM2MClient): { client: M2MClient; secret: string } {
    const clientId = checkClientId(from.clientId) ?? this.identifiers.id('m2m-client');
    if (this.entries.get(clientId)) {
      refuse(400, 'duplicate_m2m_client_id', 'An M2M client with this client_id already exists.');
    }
    const secret =
      from.clientSecret === undefined ? this.identifiers.token() : checkImportedSecret(from.clientSecret);
    const client: M2MClient = {
      clientId,
      clientName: from.clientName ?? '',
      clientDescription: from.clientDescription ?? '',
      status: 'active',
      scopes: checkScopes(from.scopes),
      trustedMetadata: from.trustedMetadata ?? {},
      secret: hashSecret(secret),
      nextSecret: null,
    };
    this.entries.set(client);
    return { client, secret };
  }

  delete(client: M2MClient): void {
    this.entries.delete(client);
  }

  /**
   * @returns the next secret, which cannot be read again
   * @throws {ApiError} `m2m_client_already_rotating_secret`
   */
  startRotation(client: M2MClient): string {
    if (client.nextSecret !== null) {
      refuse(400, 'm2m_client_already_rotating_secret', 'The client has a next_client_secret already.');
    }
    const secret = this.identifiers.token();
    this.entries.edit(client).nextSecret = hashSecret(secret);
    return secret;
  }

  /** @throws {ApiError} `m2m_client_not_rotating_secret` */
  cancelRotation(client: M2MClient): void {
    nextSecretOf(client);
    this.entries.edit(client).nextSecret = null;
  }

  /** @throws {ApiError} `m2m_client_not_rotating_secret` */
  completeRotation(client: M2MClient): void {
    Object.assign(this.entries.edit(client), { secret: nextSecretOf(client), nextSecret: null });
  }
}

/** @throws {ApiError} `invalid_m2m_client_scope` */
export function checkScopes(scopes: readonly string[]): string[] {
  if (scopes.every(isScope)) return [...new Set(scopes)];
  return refuse(
    400,
    'invalid_m2m_client_scope',
    'A scope must be 1 to 128 printable ASCII characters without spaces, quotes and backslashes.',
  );
}

function checkClientId(clientId: string | undefined): string | undefined {
  if (clientId === undefined || isClientId(clientId)) return clientId;
  return refuse(
    400,
    'm2m_client_invalid_client_id',
    'client_id must be 1 to 128 letters, digits, dots, hyphens and underscores.',
  );
}

export function isClientId(text: string): boolean {
  return /^[\w.-]{1,128}$/.test(text);
}

function nextSecretOf({ nextSecret }: M2MClient) {
  return nextSecret ?? refuse(400, 'm2m_client_not_rotating_secret', 'The client has no next_client_secret.');
}
