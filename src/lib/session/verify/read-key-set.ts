import { createPublicKey, type KeyObject } from 'node:crypto';

export interface PublishedKey {
  readonly key: KeyObject;
  /** Modulus and exponent as published, to detect a changed key. */
  readonly material: string;
}

export type KeySet = ReadonlyMap<string, PublishedKey>;

const minKeyBits = 2048;

/**
 * The RSA signing keys of a JWK set (RFC 7517 section 5), by id. `undefined` if the set has none or
 * contains a private key, so that a malformed response does not replace a good set.
 *
 * @param currentKeys previous keys; unchanged ones are reused, so that object identity means same key
 */
export function readKeySet(body: unknown, currentKeys: KeySet): KeySet | undefined {
  const entries = (body as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(entries)) return undefined;
  const keys = new Map<string, PublishedKey>();
  for (const entry of entries as unknown[]) {
    if (typeof entry !== 'object' || entry === null || 'd' in entry) return undefined;
    const { kty, kid, alg = 'RS256', use = 'sig', n, e } = entry as Record<string, unknown>;
    if (kty !== 'RSA' || alg !== 'RS256' || use !== 'sig' || typeof kid !== 'string') continue;
    const key =
      typeof n === 'string' && typeof e === 'string' ? readKey(n, e, currentKeys.get(kid)) : undefined;
    if (key !== undefined) keys.set(kid, key);
  }
  return keys.size > 0 ? keys : undefined;
}

function readKey(n: string, e: string, currentKey: PublishedKey | undefined): PublishedKey | undefined {
  const material = `${n}.${e}`;
  if (currentKey?.material === material) return currentKey;
  try {
    const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    return bits >= minKeyBits ? { key, material } : undefined;
  } catch {
    return undefined;
  }
}
