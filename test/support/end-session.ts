import type { StytchEmulator } from 'stytch-emulator';

/** Revokes a session at Stytch, as another application of the same project can. */
export async function endSession(
  { url, projectId, secret }: StytchEmulator,
  sessionId: string,
): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`;
  await fetch(`${url}/v1/sessions/revoke`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ session_id: sessionId }),
  });
}
