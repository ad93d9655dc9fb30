import type { Refusal, RefusalCode } from '../errors/refusal.js';

/** What a handler that accepts bearer tokens tells the clients that it refuses. */
export interface BearerChallenge {
  /** The scopes that it requires, separated by spaces; empty if there are none. */
  readonly scope: string;
  /** Whether connected apps can get a token for it, and so need to know where. */
  readonly acceptsConnectedApps: boolean;
}

/**
 * The `WWW-Authenticate` value for a refused request (RFC 6750 section 3, RFC 9728 section 5.1);
 * `undefined` if another token would not help.
 */
export function bearerChallenge(
  { status, code }: Refusal,
  { scope, acceptsConnectedApps }: BearerChallenge,
  resourceMetadataUrl: string | undefined,
): string | undefined {
  if (status !== 401 && code !== 'scope_missing') return undefined;
  const parameters = {
    error: errorOf(code),
    scope: scope === '' ? undefined : scope,
    resource_metadata: acceptsConnectedApps ? resourceMetadataUrl : undefined,
  };
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${value}"`],
  );
  return ['Bearer', given.join(', ')].filter((part) => part !== '').join(' ');
}

/** A request without credentials gets no error (RFC 6750 section 3.1). */
function errorOf(code: RefusalCode): string | undefined {
  if (code === 'token_missing' || code === 'session_missing') return undefined;
  return code === 'scope_missing' ? 'insufficient_scope' : 'invalid_token';
}
