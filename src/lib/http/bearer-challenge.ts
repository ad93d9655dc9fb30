import type { Refusal, RefusalCode } from '../errors/refusal.js';

/** What a handler that accepts bearer tokens tells the clients that it refuses. */
export interface BearerChallenge {
  /** The scopes that it requires, separated by spaces; empty if there are none. */
  readonly scope: string;
}

/**
 * The `WWW-Authenticate` value for a refused request (RFC 6750 section 3); `undefined` if another token
 * would not help.
 */
export function bearerChallenge({ status, code }: Refusal, { scope }: BearerChallenge): string | undefined {
  if (status !== 401 && code !== 'scope_missing') return undefined;
  const error = errorOf(code);
  const parameters = [
    ...(error === undefined ? [] : [`error="${error}"`]),
    ...(scope === '' ? [] : [`scope="${scope}"`]),
  ];
  return parameters.length === 0 ? 'Bearer' : `Bearer ${parameters.join(', ')}`;
}

/** A request without credentials gets no error (RFC 6750 section 3.1). */
function errorOf(code: RefusalCode): string | undefined {
  if (code === 'token_missing' || code === 'session_missing') return undefined;
  return code === 'scope_missing' ? 'insufficient_scope' : 'invalid_token';
}
