/** The session id in a session JWT, unverified. */
export function readSessionId(jwt: string): string | undefined {
  const [, payload = ''] = jwt.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const session = claims['https://stytch.com/session'] as { id?: string } | undefined;
  return session?.id;
}
