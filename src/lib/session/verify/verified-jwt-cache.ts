import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { bytesPerMegabyte, SizeBoundedCache } from './size-bounded-cache.js';
import type { VerifiedJwt } from './verified-jwt.js';

/** Of `session.cacheMegabytes`. The rest is for the confirmed opaque tokens. */
const share = 15 / 16;

/**
 * Caches verified JWTs, so that each signature is checked once, and which of them is the newest that
 * Stytch issued for a session. An entry proves the signature only; expiry, key and denial are checked
 * on every request.
 */
@Injectable()
export class VerifiedJwtCache {
  /** Verified JWTs; and, under a session id, the key of the session's newest JWT. */
  readonly #entries: SizeBoundedCache<VerifiedJwt | string>;

  constructor(@Inject(RESOLVED_OPTIONS) { session }: Pick<ResolvedOptions, 'session'>) {
    this.#entries = new SizeBoundedCache(share * session.cacheMegabytes * bytesPerMegabyte, estimatedBytes);
  }

  /** The key is not the whole JWT, so the entry is compared in full. */
  get(jwt: string): VerifiedJwt | undefined {
    const cached = this.getByKey(keyOf(jwt));
    return cached?.jwt === jwt ? cached : undefined;
  }

  set(verified: VerifiedJwt): void {
    this.#entries.set(keyOf(verified.jwt), verified);
  }

  newestOf(sessionId: string): VerifiedJwt | undefined {
    const key = this.#entries.get(sessionId);
    return typeof key === 'string' ? this.getByKey(key) : undefined;
  }

  setNewest(verified: VerifiedJwt): void {
    this.set(verified);
    this.#entries.set(verified.session.sessionId, copyOf(keyOf(verified.jwt)));
  }

  private getByKey(key: string): VerifiedJwt | undefined {
    const entry = this.#entries.get(key);
    return typeof entry === 'object' ? entry : undefined;
  }
}

/** The last 192 bits of the signature: unique, and cheaper to hash than the whole JWT. */
export const keyOf = (jwt: string): string => jwt.slice(-32);

/** A slice would retain the whole JWT in memory. */
const copyOf = (text: string) => Buffer.from(text, 'latin1').toString('latin1');

/** An upper estimate: the parsed session takes more memory than the JWT. */
const estimatedBytes = (entry: VerifiedJwt | string): number =>
  typeof entry === 'object' ? 1024 + 3 * entry.jwt.length : 256;
