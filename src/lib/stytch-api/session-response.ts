import type { SessionResponse } from '../ports/session-api.js';
import type { StytchResponse } from '../ports/stytch-response.js';

/** Reduces a response to the credentials of the session in it. */
export function toSessionResponse(response: StytchResponse<unknown>): StytchResponse<SessionResponse> {
  if (response.kind !== 'ok') return response;
  const { session_jwt, session_token } = response.body as Record<string, unknown>;
  return { kind: 'ok', body: { sessionJwt: session_jwt, sessionToken: session_token } };
}
