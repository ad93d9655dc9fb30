import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { SizeBoundedCache } from './size-bounded-cache.js';
import { checkTimes, type TimeCheckResult } from './check-times.js';
import { SigningKeys } from './signing-keys.js';
import { verifySessionJwt, type VerifiedJwt } from './verify-session-jwt.js';

export type JwtVerificationResult =
  | TimeCheckResult
  /** No published key has the id it names. */
  | { readonly kind: 'unknown_key' }
  /** There are no keys at hand to tell with. */
  | { readonly kind: 'no_keys' }
  /** No session JWT of this project, and never will be. */
  | { readonly kind: 'invalid' };

const bytesPerMegabyte = 1024 * 1024;

/** Verifies session JWTs with the keys at hand, at the time it is; each signature once. */
@Injectable()
export class SessionJwtVerifier {
  /**
   * What was verified before. Found by the end of the token, which is cheaper to look up than all of
   * it, and compared as a whole: no two tokens share an entry. An entry proves the signature only;
   * time, key and denial are looked at on every request.
   */
  private readonly cache: SizeBoundedCache<VerifiedJwt>;
  /** Wall time less monotonic time, when the application started. */
  private readonly clockOffsetMs: number;

  constructor(
    private readonly keys: SigningKeys,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    const { clock, session } = options;
    this.cache = new SizeBoundedCache(session.verifiedCacheMegabytes * bytesPerMegabyte, estimatedBytes);
    this.clockOffsetMs = clock.nowMs() - clock.monotonicMs();
  }

  /** The result with the cached keys. Waits for nothing and never causes a call. */
  verify(jwt: string): JwtVerificationResult {
    const cached = this.cache.get(cacheKeyOf(jwt));
    if (cached?.jwt === jwt && this.keys.get(cached.keyId) === cached.key) return this.checkTimes(cached);

    const result = verifySessionJwt(jwt, this.keys, this.options);
    if (result.kind === 'verified') {
      const { verified } = result;
      this.cache.set(cacheKeyOf(verified.jwt), verified);
      return this.checkTimes(verified);
    }
    if (result.kind === 'invalid') return { kind: 'invalid' };
    return { kind: this.keys.areAvailable ? 'unknown_key' : 'no_keys' };
  }

  /**
   * The same, after looking at the published keys again when one is missing: within the ration, and
   * for no longer than a fetch may take.
   */
  async verifyRefetchingKeys(jwt: string): Promise<JwtVerificationResult> {
    const result = this.verify(jwt);
    if (result.kind !== 'unknown_key' && result.kind !== 'no_keys') return result;
    await this.keys.refetch();
    return this.verify(jwt);
  }

  /**
   * When the wall clock was set back while running, what was issued before looks as if it came from
   * the future. Then the time that has passed since the start is asked, which nobody sets back.
   */
  private checkTimes(verified: VerifiedJwt): TimeCheckResult {
    const { clock } = this.options;
    const byWallClock = checkTimes(verified, clock.nowMs() / 1000, this.options);
    if (byWallClock.kind !== 'issued_in_future') return byWallClock;
    const byMonotonicClock = checkTimes(
      verified,
      (this.clockOffsetMs + clock.monotonicMs()) / 1000,
      this.options,
    );
    return byMonotonicClock.kind === 'issued_in_future' ? byWallClock : byMonotonicClock;
  }
}

/** The end of the signature: 32 characters, 192 bits, that no two signatures have in common. */
const cacheKeyOf = (jwt: string) => jwt.slice(-32);

/** An estimate on the high side; the session taken out of a JWT weighs more than the JWT itself. */
const estimatedBytes = ({ jwt }: VerifiedJwt): number => 1024 + 3 * jwt.length;
