import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { systemClock } from '../../options/system-clock.js';
import { StytchProduct } from '../../ports/stytch-product.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import type { MaybePromise } from '../maybe-promise.js';
import { momentOf, type Moment } from '../moment.js';
import type { UnusableJwt } from './check-acceptance.js';
import { checkTimes, type TimeCheckResult } from './check-times.js';
import { ClockSkewWarning } from './clock-skew-warning.js';
import { SigningKeys, type KeyIdSource } from './signing-keys.js';
import { TrustedClock } from './trusted-clock.js';
import { VerifiedJwtCache } from './verified-jwt-cache.js';
import type { VerifiedJwt } from './verified-jwt.js';
import { verifySessionJwt } from './verify-session-jwt.js';
import { withFetchedKeys, type KeyNotFetched } from './with-fetched-keys.js';

export type JwtVerificationResult =
  | TimeCheckResult
  | UnusableJwt
  /** Genuine, but the time is not known, so neither is whether the JWT has expired. */
  | { readonly kind: 'clock_untrusted'; readonly verified: VerifiedJwt }
  /** No published key has the JWT's key id. */
  | { readonly kind: 'unknown_key' }
  | KeyNotFetched
  /** No signing keys are available, or they are too old. */
  | { readonly kind: 'no_keys' }
  /** Not a session JWT of this project. */
  | { readonly kind: 'invalid' };

/** Verifies session JWTs locally with the cached signing keys. */
@Injectable()
export class SessionJwtVerifier {
  constructor(
    private readonly keys: SigningKeys,
    private readonly cache: VerifiedJwtCache,
    private readonly clock: TrustedClock,
    private readonly skewWarning: ClockSkewWarning,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly product: StytchProduct,
  ) {}

  /** Synchronous; never waits for a call. */
  verify(jwt: string): JwtVerificationResult {
    const { telemetry } = this.options;
    if (telemetry === undefined) return this.verifyNow(jwt);
    const startedAtMs = systemClock.monotonicMs();
    const result = this.verifyNow(jwt);
    telemetry.verified((systemClock.monotonicMs() - startedAtMs) / 1000, result.kind);
    return result;
  }

  private verifyNow(jwt: string): JwtVerificationResult {
    // Read once for each JWT: reading the clock is a noticeable part of checking a cached JWT.
    const now = momentOf(this.options.clock);
    const cached = this.cache.get(jwt);
    if (cached !== undefined && this.keys.getAt(cached.keyId, now) === cached.key)
      return this.checkTimes(cached, now);

    const result = verifySessionJwt(jwt, this.keys, this.options, this.product.readSession);
    if (result.kind === 'verified') {
      this.cache.set(result.verified);
      return this.checkTimes(result.verified, now);
    }
    if (result.kind !== 'unknown_key') return result;
    return { kind: this.keys.areAvailable ? 'unknown_key' : 'no_keys' };
  }

  /** Like {@link verify}, but first fetches the keys if one is missing or to learn the time. Rate limited. */
  async verifyRefetchingKeys(jwt: string, source?: KeyIdSource): Promise<JwtVerificationResult> {
    const [result] = await this.verifyAllRefetchingKeys([jwt], source);
    return result ?? { kind: 'invalid' };
  }

  /** {@link verifyRefetchingKeys} for the JWTs of one request, with one fetch. */
  async verifyAllRefetchingKeys(
    jwts: readonly string[],
    source?: KeyIdSource,
  ): Promise<JwtVerificationResult[]> {
    const results = await withFetchedKeys(this.keys, () => jwts.map((jwt) => this.verify(jwt)), source);
    if (results.some(({ kind }) => kind === 'clock_untrusted')) this.warnUnlessTrusted();
    return results;
  }

  /**
   * Whether the time is known. If not, fetches the keys first, because their response shows Stytch's
   * time. Rate limited.
   */
  ensureTrustedClock(): MaybePromise<boolean> {
    if (this.clock.isTrusted) return true;
    return this.keys.refetch().then(() => this.warnUnlessTrusted());
  }

  private warnUnlessTrusted(): boolean {
    const { isTrusted } = this.clock;
    if (!isTrusted) this.skewWarning.logUntrusted(this.clock.aheadMs / 1000);
    return isTrusted;
  }

  private checkTimes(verified: VerifiedJwt, now: Moment): JwtVerificationResult {
    return this.clock.trusts(now)
      ? checkTimes(verified, now, this.options)
      : { kind: 'clock_untrusted', verified };
  }
}
