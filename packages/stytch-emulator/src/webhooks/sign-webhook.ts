import { createHmac } from 'node:crypto';

export const secretPrefix = 'whsec_';

/**
 * The headers of a signed request, as Svix sends them.
 *
 * @see https://docs.svix.com/receiving/verifying-payloads/how-manual
 */
export function signWebhook(secret: string, id: string, atSeconds: number, body: string) {
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${atSeconds}.${body}`).digest('base64');
  return { 'svix-id': id, 'svix-timestamp': String(atSeconds), 'svix-signature': `v1,${signature}` };
}
