import { isStrings } from '../../wire/fields.js';
import { isObject } from '../../wire/json.js';
import { isScope } from '../../wire/scopes.js';
import { isSecureSecret } from '../client-secret.js';
import { type ResourceSeed } from '../resource.js';
import { type EntryChecks, isText, optional, seedList } from '../seed-list.js';
import { isClientId, type M2MClients } from './m2m-clients.js';

/** An M2M client that exists at startup and after a reset. */
export interface SeedM2MClient {
  /** 1 to 128 letters, digits, dots, hyphens and underscores. */
  clientId: string;
  /** 8 to 256 characters, 5 of them different. Only a hash is stored. */
  clientSecret: string;
  scopes: string[];
  name?: string;
  description?: string;
  trustedMetadata?: Record<string, unknown>;
}

export function seedM2MClients(clients: M2MClients): ResourceSeed {
  return seedList<SeedM2MClient>(checks, (entries) => {
    for (const { name, description, ...rest } of entries) {
      if (clients.find(rest.clientId)) continue;
      clients.create({ ...rest, clientName: name, clientDescription: description });
    }
    return [];
  });
}

const checks: EntryChecks<SeedM2MClient> = {
  clientId: [
    'must be 1 to 128 letters, digits, dots, hyphens and underscores',
    (value) => typeof value === 'string' && isClientId(value),
  ],
  clientSecret: [
    'must have 8 to 256 characters, 5 of them different',
    (value) => typeof value === 'string' && isSecureSecret(value),
  ],
  scopes: ['must be a list of scopes', (value) => isStrings(value) && value.every(isScope)],
  name: ['must be a non-empty string', optional(isText)],
  description: ['must be a non-empty string', optional(isText)],
  trustedMetadata: ['must be an object', optional(isObject)],
};
