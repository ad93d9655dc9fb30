import type { SessionResponse } from '../ports/session-api.js';
import type { StytchResponse } from '../ports/stytch-response.js';

/** Reduces a response to the credentials of the session in it. */
export function toSessionResponse(response: StytchResponse<unknown>): StytchResponse<SessionResponse> {
  return response.kind === 'ok' ? { kind: 'ok', body: readSessionResponse(response.body) } : response;
}

/** The credentials of the session in a response, unchecked. */
export function readSessionResponse(body: unknown): SessionResponse {
  const { session_jwt, session_token } = (body ?? {}) as Record<string, unknown>;
  return { sessionJwt: session_jwt, sessionToken: session_token };
}

/** The email addresses of the user or the member that are verified, in Stytch's order. */
export function readVerifiedEmails(body: unknown): readonly string[] {
  const { user, member } = (body ?? {}) as { user?: { emails?: unknown }; member?: unknown };
  if (member !== undefined) return verifiedEmailOf(member);
  const emails: readonly unknown[] = Array.isArray(user?.emails) ? user.emails : [];
  return emails.flatMap((entry) => {
    const { email, verified } = (entry ?? {}) as Record<string, unknown>;
    return typeof email === 'string' && verified === true ? [email] : [];
  });
}

/** A member has one address. */
function verifiedEmailOf(member: unknown): readonly string[] {
  const { email_address, email_address_verified } = (member ?? {}) as Record<string, unknown>;
  return typeof email_address === 'string' && email_address_verified === true ? [email_address] : [];
}
