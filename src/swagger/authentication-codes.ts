import type { CredentialKind, RefusalCode } from '../lib/index.js';
import type { ResolvedOptions } from '../lib/internal.js';

/** Whether a request is authenticated at all may be unknown. */
export const unknownCodes: readonly RefusalCode[] = ['stytch_unavailable', 'clock_skew'];

interface ProductAndOptions {
  readonly product: 'consumer' | 'b2b';
  readonly options: ResolvedOptions;
}

/** The codes of requests that are not authenticated, by the credentials that are accepted. */
export function authenticationCodes(
  credentials: ReadonlySet<CredentialKind>,
  { product, options: { session } }: ProductAndOptions,
): RefusalCode[] {
  const acceptsSessions = credentials.has('cookie') || credentials.has('bearer');
  const acceptsClients = credentials.has('m2m') || credentials.has('connected-app');
  const codes: [RefusalCode, boolean][] = [
    ['session_missing', credentials.has('cookie')],
    ['session_expired', acceptsSessions],
    ['session_invalid', credentials.has('cookie')],
    ['session_revoked', acceptsSessions],
    ['session_ambiguous', credentials.has('cookie')],
    ['session_not_accepted', acceptsSessions && session.accept === 'own'],
    ['session_suspended', acceptsSessions && product === 'b2b'],
    ['token_missing', !credentials.has('cookie')],
    ['token_expired', acceptsClients],
    ['token_invalid', acceptsClients || credentials.has('bearer')],
  ];
  return codes.filter(([, isPossible]) => isPossible).map(([code]) => code);
}
