const undocumented = 'intermediate_session_token_expires_at';

/** A response to a browser SDK. When an intermediate session expires, Stytch documents for its backend API only. */
export function toSdkResponse<Response extends object>(
  response: Response,
): Omit<Response, typeof undocumented> {
  return { ...response, [undocumented]: undefined };
}
