/** A compact JWS taken apart (RFC 7515 section 3.1). Nothing in it is verified yet. */
export interface CompactJws {
  readonly header: Readonly<Record<string, unknown>>;
  /** What the signature covers. */
  readonly signingInput: string;
  readonly signature: Buffer;
  /** To be parsed once the signature holds. */
  readonly payload: Buffer;
}

/** Real session JWTs are 1 to 7 KB (custom claims may fill 4 KB). Longer input is not worth reading. */
const longestJwt = 8192;
const threeParts = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/**
 * Takes a JWT apart; `undefined` unless it is in canonical form. One token must have one spelling
 * only, or a deny-list and a cache keyed by it could be walked around: base64url without padding,
 * blanks or stray last bits (RFC 4648 section 3.5).
 */
export function parseCompactJws(jwt: string): CompactJws | undefined {
  if (jwt.length > longestJwt || !threeParts.test(jwt)) return undefined;
  const [first = '', second = '', third = ''] = jwt.split('.');
  const [headerBytes, payload, signature] = [first, second, third].map(decodeCanonical);
  if (headerBytes === undefined || payload === undefined || signature === undefined) return undefined;
  const header = parseObject(headerBytes);
  return header && { header, payload, signature, signingInput: `${first}.${second}` };
}

function decodeCanonical(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}

/** A JSON object in well-formed UTF-8; `undefined` for anything else. */
export function parseObject(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
