import { isUtf8 } from 'node:buffer';
import { isObject } from '../../identity/claims.js';

/**
 * A parsed compact JWS (RFC 7515 section 3.1). Not verified. The buffers share memory that the next call
 * overwrites.
 */
export interface CompactJws {
  readonly header: Readonly<Record<string, unknown>>;
  /** The complete JWS. */
  readonly bytes: Buffer;
  /** The bytes that the signature covers. */
  readonly signingInput: Buffer;
  readonly signature: Buffer;
  /** Parse it only after the signature is verified. */
  readonly payload: Buffer;
}

/** Session JWTs have 1 to 7 KB, of which custom claims have 4 KB at most. */
export const maxJwtBytes = 8192;

/**
 * Where tokens are decoded: one after the other, since that is synchronous. New buffers for each token would take
 * longer to allocate and to collect than to fill.
 */
const memory = Buffer.alloc(3 * maxJwtBytes);
const payloadOffset = maxJwtBytes;
const signatureOffset = 2 * maxJwtBytes;

/**
 * Parses a JWT; `undefined` unless its encoding is canonical (base64url without padding, whitespace or
 * nonzero spare bits). If one token had several encodings, caches and deny lists keyed by it could be
 * bypassed.
 */
export function parseCompactJws(jwt: string): CompactJws | undefined {
  const firstDot = jwt.indexOf('.');
  const secondDot = jwt.lastIndexOf('.');
  if (jwt.length > maxJwtBytes || firstDot === secondDot) return undefined;
  // Node's decoder ignores the high byte of a character, so other characters would pass as base64. The memory has
  // room for each as UTF-8.
  if (memory.write(jwt) !== jwt.length) return undefined;
  const header = readHeader(jwt.slice(0, firstDot));
  const payload = decodeCanonical(jwt.slice(firstDot + 1, secondDot), payloadOffset);
  const signature = decodeCanonical(jwt.slice(secondDot + 1), signatureOffset);
  if (header === undefined || payload === undefined || signature === undefined) return undefined;
  const bytes = memory.subarray(0, jwt.length);
  return { header, payload, signature, bytes, signingInput: memory.subarray(0, secondDot) };
}

/** All tokens signed with one key have the same header, so the last one is cached. */
let lastHeader: { readonly text: string; readonly header: CompactJws['header'] } | undefined;

function readHeader(text: string): CompactJws['header'] | undefined {
  if (lastHeader?.text === text) return lastHeader.header;
  const bytes = decodeCanonical(text, payloadOffset);
  const header = bytes && parseObject(bytes);
  // Copied, because a slice would retain the whole token in memory.
  if (header !== undefined) lastHeader = { text: Buffer.from(text, 'latin1').toString('latin1'), header };
  return header;
}

/** Final characters whose spare bits (four or two) are zero. */
const finalCharactersOfOneByte = 'AQgw';
const finalCharactersOfTwoBytes = 'AEIMQUYcgkosw048';

/**
 * Decodes canonical base64url (RFC 4648 section 5). Node's decoder skips invalid characters, so the
 * length is compared; it also accepts the characters of plain base64, which are rejected here.
 */
function decodeCanonical(text: string, offset: number): Buffer | undefined {
  const bytes = memory.subarray(offset, offset + memory.write(text, offset, 'base64url'));
  const isFullyDecoded = bytes.length === Math.floor((text.length * 3) / 4) && bytes.length > 0;
  const usesUrlSafeAlphabet = !text.includes('+') && !text.includes('/');
  return isFullyDecoded && usesUrlSafeAlphabet && hasZeroSpareBits(text) ? bytes : undefined;
}

/**
 * The spare bits of the last character must be zero (RFC 4648 section 3.5), and a single character
 * encodes no byte.
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

/** What invalid UTF-8 is decoded to. Valid UTF-8 may contain it as well. */
const replacementCharacter = '\uFFFD';

/** Parses a JSON object in valid UTF-8; `undefined` for anything else. */
export function parseObject(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  const text = bytes.toString();
  if (text.includes(replacementCharacter) && !isUtf8(bytes)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
