import { hideProperties } from '../options/hide-properties.js';
import type { SdkClientClass } from '../ports/stytch-product.js';
import type { RequestDispatcher } from './bounded-dispatcher.js';

export interface StytchClientSettings {
  projectId: string;
  secret: string;
  apiUrl: string;
  dispatcher: RequestDispatcher;
}

/** The official client for `apiUrl`, sending through the given dispatcher. */
export function createStytchClient<SdkClient extends object>(
  Client: SdkClientClass<SdkClient>,
  { projectId, secret, apiUrl, dispatcher }: StytchClientSettings,
): SdkClient {
  const client = withoutConsoleWarning(
    () =>
      new Client({
        project_id: projectId,
        secret,
        // custom_base_url requires https; env also accepts the http URL of an emulator.
        ...(apiUrl.startsWith('https:') ? { custom_base_url: apiUrl } : { env: apiUrl }),
        // The SDK has the types of another undici version. At run time it calls Node's fetch.
        dispatcher: dispatcher as never,
      }),
  );
  hideCredentials(client);
  return client;
}

/**
 * Suppresses the SDK's console warning about URLs that are not Stytch's. `apiUrl` is checked and
 * logged at startup.
 */
function withoutConsoleWarning<T>(construct: () => T): T {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return construct();
  } finally {
    console.warn = warn;
  }
}

/**
 * Each part of the client has the Basic credentials in its `fetchConfig`. Non-enumerable, they are not
 * logged or serialized with the client.
 */
function hideCredentials(part: object, seen = new Set<object>()): void {
  if (seen.has(part)) return;
  seen.add(part);
  for (const [name, value] of Object.entries(part)) {
    if (name === 'fetchConfig') hideProperties(part, name as never);
    else if (typeof value === 'object' && value !== null) hideCredentials(value as object, seen);
  }
}
