import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { SizeBoundedCache } from './size-bounded-cache.js';
import type { VerifiedJwt } from './verified-jwt.js';

const bytesPerMegabyte = 1024 * 1024;

/**
 * Caches verified JWTs (`session.verifiedCacheMegabytes`), so that each signature is checked once. An
 * entry proves the signature only; expiry, key and denial are checked on every request.
 */
@Injectable()
export class VerifiedJwtCache {
  private readonly entries: SizeBoundedCache<VerifiedJwt>;

  constructor(@Inject(RESOLVED_OPTIONS) { session }: Pick<ResolvedOptions, 'session'>) {
    this.entries = new SizeBoundedCache(session.verifiedCacheMegabytes * bytesPerMegabyte, estimatedBytes);
  }

  /** The key is not the whole JWT, so the entry is compared in full. */
  get(jwt: string): VerifiedJwt | undefined {
    const cached = this.entries.get(cacheKeyOf(jwt));
    return cached?.jwt === jwt ? cached : undefined;
  }

  set(verified: VerifiedJwt): void {
    this.entries.set(cacheKeyOf(verified.jwt), verified);
  }
}

/** The last 192 bits of the signature: unique, and cheaper to hash than the whole JWT. */
const cacheKeyOf = (jwt: string) => jwt.slice(-32);

/** An upper estimate: the parsed session takes more memory than the JWT. */
const estimatedBytes = ({ jwt }: VerifiedJwt): number => 1024 + 3 * jwt.length;
