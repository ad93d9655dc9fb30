import { Client } from 'stytch';
import type { Dispatcher } from 'undici';

export interface StytchClientSettings {
  projectId: string;
  secret: string;
  apiUrl: string;
  dispatcher: Dispatcher;
}

/** The official client, pointed where the options say and sending within our bounds. */
export function createStytchClient({ projectId, secret, apiUrl, dispatcher }: StytchClientSettings): Client {
  const client = withoutConsoleWarning(
    () =>
      new Client({
        project_id: projectId,
        secret,
        // Only https passes as custom_base_url; only env takes the plain http of an emulator.
        ...(apiUrl.startsWith('https:') ? { custom_base_url: apiUrl } : { env: apiUrl }),
        // The SDK's types are those of another undici; what is called at run time is Node's fetch.
        dispatcher: dispatcher as never,
      }),
  );
  hideCredentials(client);
  return client;
}

/**
 * The SDK warns on the console about any API but Stytch's two. Where the API is has been checked
 * at boot and is logged there.
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
 * Every part of the client holds the Basic credentials in its `fetchConfig`. Made non-enumerable,
 * they are neither printed by a logger that is handed the client nor serialized with it.
 */
function hideCredentials(part: object, seen = new Set<object>()): void {
  if (seen.has(part)) return;
  seen.add(part);
  for (const [name, value] of Object.entries(part)) {
    if (name === 'fetchConfig') Object.defineProperty(part, name, { enumerable: false });
    else if (typeof value === 'object' && value !== null) hideCredentials(value as object, seen);
  }
}
