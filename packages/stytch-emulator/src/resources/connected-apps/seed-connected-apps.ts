import { isSecureSecret } from '../client-secret.js';
import { type ResourceSeed } from '../resource.js';
import { type EntryChecks, isText, optional, seedList } from '../seed-list.js';
import { connectedAppTypes, type ConnectedAppType } from './connected-app.js';
import { type ConnectedApps } from './connected-apps.js';

/** A connected app that exists at startup and after a reset. */
export interface SeedConnectedApp {
  /** Must start with `connected-app-test-`. */
  clientId: string;
  /** `first_party`, `first_party_public`, `third_party` or `third_party_public`. */
  clientType: ConnectedAppType;
  /** 8 to 256 characters, 5 of them different. Default: generated. Public apps have none. */
  clientSecret?: string;
  name?: string;
  description?: string;
}

export function seedConnectedApps(apps: ConnectedApps): ResourceSeed {
  return seedList<SeedConnectedApp>(checks, (entries) => {
    for (const { name = '', description = '', ...rest } of entries) {
      if (!apps.find(rest.clientId))
        apps.create({ ...rest, clientName: name, clientDescription: description });
    }
    return [];
  });
}

const checks: EntryChecks<SeedConnectedApp> = {
  clientId: [
    'must look like connected-app-test-00000000-0000-4000-8000-000000000000',
    (value) => typeof value === 'string' && /^connected-app-test-[\w-]{1,100}$/.test(value),
  ],
  clientType: [
    `must be one of ${connectedAppTypes.join(', ')}`,
    (value) => connectedAppTypes.some((type) => type === value),
  ],
  clientSecret: [
    'must have 8 to 256 characters, 5 of them different',
    optional((value) => typeof value === 'string' && isSecureSecret(value)),
  ],
  name: ['must be a non-empty string', optional(isText)],
  description: ['must be a non-empty string', optional(isText)],
};
