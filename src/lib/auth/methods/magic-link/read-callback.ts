import { queryOf } from '../../../http/page-navigation.js';

/** What a link that comes back from the mail carries. */
export type CallbackResult =
  | { readonly kind: 'valid'; readonly token: string }
  | { readonly kind: 'invalid'; readonly code: 'link_invalid' };

/** Magic-link tokens are base64url, 44 characters; some older ones end in padding. */
const linkTokenPattern = /^[A-Za-z0-9_-]{20,256}={0,2}$/;

export const isLinkToken = (value: unknown): value is string =>
  typeof value === 'string' && linkTokenPattern.test(value);

/**
 * Reads the token out of the address. The query is read here and not by the platform, whose
 * parsers disagree about repeated names and make arrays and objects of some.
 */
export function readCallback(address: string): CallbackResult {
  const searchParams = queryOf(address);
  const [token, ...moreTokens] = searchParams.getAll('token');
  const types = searchParams.getAll('stytch_token_type');
  const isMagicLink = types.length <= 1 && (types[0] ?? 'magic_links') === 'magic_links';
  return moreTokens.length === 0 && isMagicLink && isLinkToken(token)
    ? { kind: 'valid', token }
    : { kind: 'invalid', code: 'link_invalid' };
}
