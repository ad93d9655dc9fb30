import { isUtf8 } from 'node:buffer';

/** A compact JWS taken apart (RFC 7515 section 3.1). Nothing in it is verified yet. */
export interface CompactJws {
  readonly header: Readonly<Record<string, unknown>>;
  /** All of it, as it was sent. */
  readonly bytes: Buffer;
  /** What the signature covers. */
  readonly signingInput: Buffer;
  readonly signature: Buffer;
  /** To be parsed once the signature holds. */
  readonly payload: Buffer;
}

/** Real session JWTs are 1 to 7 KB (custom claims may fill 4 KB). Longer input is not worth reading. */
const maxJwtBytes = 8192;
/**
 * Takes a JWT apart; `undefined` unless it is in canonical form. One token must have one spelling
 * only, or a deny-list and a cache keyed by it could be walked around: base64url without padding,
 * blanks or stray last bits.
 */
export function parseCompactJws(jwt: string): CompactJws | undefined {
  const firstDot = jwt.indexOf('.');
  const secondDot = jwt.lastIndexOf('.');
  if (jwt.length > maxJwtBytes || firstDot === secondDot) return undefined;
  const bytes = Buffer.from(jwt);
  // Node's decoder looks at the low byte of a character only: beyond ASCII, others pass for base64.
  if (bytes.length !== jwt.length) return undefined;
  const header = readHeader(jwt.slice(0, firstDot));
  const payload = decodeCanonical(jwt.slice(firstDot + 1, secondDot));
  const signature = decodeCanonical(jwt.slice(secondDot + 1));
  if (header === undefined || payload === undefined || signature === undefined) return undefined;
  return { header, payload, signature, bytes, signingInput: bytes.subarray(0, secondDot) };
}

/** Of one key, every token has the same header: the last one read need not be read again. */
let lastHeader: { readonly text: string; readonly header: CompactJws['header'] } | undefined;

function readHeader(text: string): CompactJws['header'] | undefined {
  if (lastHeader?.text === text) return lastHeader.header;
  const bytes = decodeCanonical(text);
  const header = bytes && parseObject(bytes);
  // A copy: a slice would keep the whole token in memory.
  if (header !== undefined) lastHeader = { text: Buffer.from(text, 'latin1').toString('latin1'), header };
  return header;
}

/** The last characters whose unused bits are zero, where two or four bits are left over. */
const finalCharactersOfOneByte = 'AQgw';
const finalCharactersOfTwoBytes = 'AEIMQUYcgkosw048';

/**
 * The bytes of a text in base64url, if this is their one spelling. Node's decoder passes over what
 * is not of the alphabet, so every character must have counted; it also knows the characters of the
 * other base64, which are none of this one (RFC 4648 section 5).
 */
function decodeCanonical(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  const isFullyDecoded = bytes.length === Math.floor((text.length * 3) / 4) && bytes.length > 0;
  const usesUrlSafeAlphabet = !text.includes('+') && !text.includes('/');
  return isFullyDecoded && usesUrlSafeAlphabet && hasZeroSpareBits(text) ? bytes : undefined;
}

/**
 * The bits that the last character has to spare must be zero (RFC 4648 section 3.5), and one
 * character alone spells nothing.
 */
function hasZeroSpareBits(text: string): boolean {
  const last = text.charAt(text.length - 1);
  switch (text.length % 4) {
    case 0:
      return true;
    case 2:
      return finalCharactersOfOneByte.includes(last);
    case 3:
      return finalCharactersOfTwoBytes.includes(last);
    default:
      return false;
  }
}

/** A JSON object in well-formed UTF-8; `undefined` for anything else. */
export function parseObject(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  if (!isUtf8(bytes)) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
