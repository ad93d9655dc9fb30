import { createHash } from 'node:crypto';

/** Opaque session tokens are base64url. Other values are never sent to Stytch or written to a cookie. */
const opaqueTokenPattern = /^[A-Za-z0-9_-]{20,512}=?$/;

export const isOpaqueToken = (value: unknown): value is string =>
  typeof value === 'string' && opaqueTokenPattern.test(value);

/** Identifies a token in caches and in the deny list, so that the token itself is never stored. */
export const tokenHashOf = (token: string): string =>
  `sha256:${createHash('sha256').update(token).digest('base64url')}`;
