import { isSuspended, signedOut, type SessionResult } from '../session-result.js';
import { areOfOneSession, newestOf } from '../verify/verified-jwt.js';

/**
 * The deciding result if the browser sent several opaque tokens. Tokens that Stytch rejected are ignored
 * beside a session. While one can't be looked up, none decides: it may be the person's session, and the
 * others planted. A suspended session decides before tokens that were rejected, since its cookies stay.
 */
export function selectTokenResult(results: readonly SessionResult[]): SessionResult {
  const unknown = results.find(({ kind }) => kind === 'unknown');
  if (unknown !== undefined) return unknown;
  const sessions = results.filter((result) => result.kind === 'signed_in');
  if (!areOfOneSession(sessions)) return signedOut('session_ambiguous');
  return newestOf(sessions) ?? results.find(isSuspended) ?? results[0] ?? signedOut('session_missing');
}
