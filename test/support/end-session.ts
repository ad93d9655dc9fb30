import type { EmulatorServer } from 'stytch-emulator';
import type { Product } from './start-application.js';

/** Revokes a session at Stytch, as another application of the same project can. */
export async function endSession(
  { url, projectId, secret, product }: { readonly product: Product } & EmulatorServer,
  sessionId: string,
): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`;
  const isB2B = product === 'b2b';
  const response = await fetch(`${url}/v1/${isB2B ? 'b2b/' : ''}sessions/revoke`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(isB2B ? { member_session_id: sessionId } : { session_id: sessionId }),
  });
  if (!response.ok) throw new Error(await response.text());
}
