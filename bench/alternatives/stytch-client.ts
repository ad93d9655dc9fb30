import { Client } from 'stytch';
import type { StytchProject } from './alternative.js';

/** The SDK's client as its README makes it, but for the address: it takes an emulator's as `env`. */
export function stytchClient({ projectId, secret, apiUrl }: StytchProject): Client {
  return new Client({ project_id: projectId, secret, env: apiUrl });
}
