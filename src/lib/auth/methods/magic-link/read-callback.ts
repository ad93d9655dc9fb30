import { queryOf } from '../../../http/page-navigation.js';

/** The token in the redirect URL of a link. */
export type CallbackResult =
  | { readonly kind: 'valid'; readonly token: string }
  | { readonly kind: 'invalid'; readonly code: 'link_invalid' };

/** Magic link tokens are 44 characters of base64url, some with padding. */
const linkTokenPattern = /^[A-Za-z0-9_-]{20,256}={0,2}$/;

export const isLinkToken = (value: unknown): value is string =>
  typeof value === 'string' && linkTokenPattern.test(value);

/**
 * Reads the token from a request target. The query is parsed here and not by the platform: the parsers
 * of Express and Fastify treat repeated names differently and turn some into arrays or objects.
 */
export function readCallback(target: string): CallbackResult {
  const searchParams = queryOf(target);
  const [token, ...moreTokens] = searchParams.getAll('token');
  const types = searchParams.getAll('stytch_token_type');
  const isMagicLink = types.length <= 1 && (types[0] ?? 'magic_links') === 'magic_links';
  return moreTokens.length === 0 && isMagicLink && isLinkToken(token)
    ? { kind: 'valid', token }
    : { kind: 'invalid', code: 'link_invalid' };
}
