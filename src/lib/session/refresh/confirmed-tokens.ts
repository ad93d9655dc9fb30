import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { sessionEndSeconds } from '../verify/check-times.js';
import { bytesPerMegabyte, SizeBoundedCache } from '../verify/size-bounded-cache.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';

/** Of `session.cacheMegabytes`. Separate from JWTs, which are larger and may not evict tokens. */
const share = 1 / 16;
/** A hash, a session id and the objects that hold them. */
const estimatedBytes = 320;

/** The session that Stytch returned for an opaque token. */
export interface ConfirmedToken {
  readonly sessionId: string;
  readonly expiresAtSeconds: number;
}

/**
 * The opaque tokens that Stytch confirmed, by their hash. As long as the session lives, calls about
 * them need no permit of the {@link TokenLookupLimit}. Made-up tokens are never added, so they can't evict any.
 */
@Injectable()
export class ConfirmedTokens {
  private readonly tokens: SizeBoundedCache<ConfirmedToken>;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: Pick<ResolvedOptions, 'clock' | 'session'>,
  ) {
    const maxBytes = share * options.session.cacheMegabytes * bytesPerMegabyte;
    this.tokens = new SizeBoundedCache(maxBytes, () => estimatedBytes);
  }

  add(tokenHash: string, verified: VerifiedJwt): void {
    const { sessionId } = verified.session;
    const expiresAtSeconds = sessionEndSeconds(verified, this.options.session.maxLifetimeMinutes);
    this.tokens.set(tokenHash, { sessionId, expiresAtSeconds });
  }

  get(tokenHash: string): ConfirmedToken | undefined {
    const token = this.tokens.get(tokenHash);
    // An expired one stays until it is evicted: the clock may be wrong.
    const isExpired = token && this.options.clock.nowMs() / 1000 >= token.expiresAtSeconds;
    return isExpired === true ? undefined : token;
  }

  delete(tokenHash: string): void {
    this.tokens.delete(tokenHash);
  }
}
