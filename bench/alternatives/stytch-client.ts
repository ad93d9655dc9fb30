import { Client } from 'stytch';
import type { StytchProject } from './alternative.js';

/** The SDK's client as in its README, with a custom API URL as `env`. */
export function stytchClient({ projectId, secret, apiUrl }: StytchProject): Client {
  return new Client({ project_id: projectId, secret, env: apiUrl });
}
