import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import type { UnusableJwt } from './check-acceptance.js';
import { checkTimes, type TimeCheckResult } from './check-times.js';
import { SigningKeys, type KeyIdSource } from './signing-keys.js';
import { VerifiedJwtCache } from './verified-jwt-cache.js';
import type { VerifiedJwt } from './verified-jwt.js';
import { verifySessionJwt } from './verify-session-jwt.js';

export type JwtVerificationResult =
  | TimeCheckResult
  | UnusableJwt
  /** No published key has the JWT's key id. */
  | { readonly kind: 'unknown_key' }
  /** No cached key has the JWT's key id, and the keys could not be fetched to see whether it is new. */
  | { readonly kind: 'key_not_fetched' }
  /** No signing keys are available, or they are too old. */
  | { readonly kind: 'no_keys' }
  /** Not a session JWT of this project. */
  | { readonly kind: 'invalid' };

/** Verifies session JWTs locally with the cached signing keys. */
@Injectable()
export class SessionJwtVerifier {
  /** Wall time minus monotonic time, when the application started. */
  private readonly clockOffsetMs: number;

  constructor(
    private readonly keys: SigningKeys,
    private readonly cache: VerifiedJwtCache,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    const { clock } = options;
    this.clockOffsetMs = clock.nowMs() - clock.monotonicMs();
  }

  /** Synchronous; never waits for a call. */
  verify(jwt: string): JwtVerificationResult {
    const cached = this.cache.get(jwt);
    if (cached !== undefined && this.keys.get(cached.keyId) === cached.key) return this.checkTimes(cached);

    const result = verifySessionJwt(jwt, this.keys, this.options);
    if (result.kind === 'verified') {
      this.cache.set(result.verified);
      return this.checkTimes(result.verified);
    }
    if (result.kind !== 'unknown_key') return result;
    return { kind: this.keys.areAvailable ? 'unknown_key' : 'no_keys' };
  }

  /** Like {@link verify}, but first fetches the keys if one is missing. Rate limited. */
  async verifyRefetchingKeys(jwt: string, source?: KeyIdSource): Promise<JwtVerificationResult> {
    const [result] = await this.verifyAllRefetchingKeys([jwt], source);
    return result ?? { kind: 'invalid' };
  }

  /** {@link verifyRefetchingKeys} for the JWTs of one request, with one fetch. */
  async verifyAllRefetchingKeys(
    jwts: readonly string[],
    source?: KeyIdSource,
  ): Promise<JwtVerificationResult[]> {
    const since = this.keys.startedFetches;
    let results = jwts.map((jwt) => this.verify(jwt));
    if (!results.some(needsKeys)) return results;
    if (this.keys.fetchInFlight !== undefined) {
      await this.keys.fetchInFlight;
      results = jwts.map((jwt) => this.verify(jwt));
      if (!results.some(needsKeys)) return results;
    }
    const isFetched = await this.keys.refetch(source, since);
    return jwts.map((jwt) => {
      const result = this.verify(jwt);
      return result.kind === 'unknown_key' && !isFetched ? { kind: 'key_not_fetched' } : result;
    });
  }

  /**
   * If the wall clock was set back since startup, JWTs issued before appear to be from the future.
   * The monotonic clock is not affected, so it decides then.
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

const needsKeys = ({ kind }: JwtVerificationResult): boolean => kind === 'unknown_key' || kind === 'no_keys';
