import { queryOf } from '../http/page-navigation.js';

/** What Stytch adds to the redirect URL. */
export interface CallbackToken {
  readonly token: string;
  /** Stytch's `stytch_token_type`; {@link defaultTokenType} if it is missing. */
  readonly tokenType: string;
}

export const defaultTokenType = 'magic_links';

export type CallbackResult = ({ readonly kind: 'valid' } & CallbackToken) | InvalidCallback;

/** A callback without a usable token. */
export interface InvalidCallback {
  readonly kind: 'invalid';
  readonly tokenType: string | undefined;
  /** What an OAuth provider reports (RFC 6749 section 4.1.2.1), for example `access_denied`. */
  readonly error: string | undefined;
}

/** Tokens of Stytch are 44 characters of base64url, some with padding. */
const tokenPattern = /^[A-Za-z0-9_-]{20,256}={0,2}$/;

export const isCallbackToken = (value: unknown): value is string =>
  typeof value === 'string' && tokenPattern.test(value);

/**
 * Reads the token from a request target. The query is parsed here and not by the platform: the parsers
 * of Express and Fastify treat repeated names differently and turn some into arrays or objects.
 */
export function readCallback(target: string): CallbackResult {
  const searchParams = queryOf(target);
  const [token, ...moreTokens] = searchParams.getAll('token');
  const [tokenType, ...moreTypes] = searchParams.getAll('stytch_token_type');
  const isSingle = moreTokens.length === 0 && moreTypes.length === 0;
  if (isSingle && isCallbackToken(token)) {
    return { kind: 'valid', token, tokenType: tokenType ?? defaultTokenType };
  }
  return { kind: 'invalid', tokenType, error: searchParams.get('error') ?? undefined };
}
