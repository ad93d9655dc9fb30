import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import type { MaybePromise } from '../maybe-promise.js';
import { hasExpired } from './check-times.js';
import { ClockSkewWarning } from './clock-skew-warning.js';
import { SigningKeys } from './signing-keys.js';
import { bytesPerMegabyte, SizeBoundedCache } from './size-bounded-cache.js';
import { TrustedClock } from './trusted-clock.js';
import type { VerifiedAccessToken } from './verified-access-token.js';
import { keyOf } from './verified-jwt-cache.js';
import { verifyAccessToken, type UnusableAccessToken } from './verify-access-token.js';
import { needsFetch, withFetchedKeys, type KeyNotFetched } from './with-fetched-keys.js';

export type AccessTokenResult =
  | { readonly kind: 'valid'; readonly verified: VerifiedAccessToken }
  | { readonly kind: 'expired'; readonly verified: VerifiedAccessToken }
  /** Genuine, but issued later than `session.clockSkewSeconds` allows: the server's clock is wrong. */
  | {
      readonly kind: 'issued_in_future';
      readonly verified: VerifiedAccessToken;
      readonly skewSeconds: number;
    }
  | UnusableAccessToken
  /** Genuine, but the time is not known, so neither is whether the token has expired. */
  | { readonly kind: 'clock_untrusted'; readonly verified: VerifiedAccessToken }
  /** No published key has the token's key id. */
  | { readonly kind: 'unknown_key' }
  | KeyNotFetched
  /** No signing keys are available, or they are too old. */
  | { readonly kind: 'no_keys' }
  /** Not an access token of this project. */
  | { readonly kind: 'invalid' };

/** About a thousand access tokens. A client uses each for an hour. */
const cacheBytes = 2 * bytesPerMegabyte;

/** Verifies access tokens locally with the cached signing keys. Each signature is checked once. */
@Injectable()
export class AccessTokenVerifier {
  /** An entry proves the signature only; expiry and key are checked on every request. */
  readonly #cache = new SizeBoundedCache<VerifiedAccessToken>(cacheBytes, estimatedBytes);

  constructor(
    private readonly keys: SigningKeys,
    private readonly clock: TrustedClock,
    private readonly skewWarning: ClockSkewWarning,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** Returns a promise only if the signing keys have to be fetched first, or to learn the time. */
  verify(token: string): MaybePromise<AccessTokenResult> {
    const result = this.verifyNow(token);
    return needsFetch(result) ? this.verifyRefetchingKeys(token) : result;
  }

  private async verifyRefetchingKeys(token: string): Promise<AccessTokenResult> {
    const [result] = await withFetchedKeys(this.keys, () => [this.verifyNow(token)]);
    if (result?.kind === 'clock_untrusted') this.skewWarning.logUntrusted(this.clock.aheadMs / 1000);
    return result ?? { kind: 'invalid' };
  }

  private verifyNow(token: string): AccessTokenResult {
    const cached = this.cachedOf(token);
    if (cached !== undefined) return this.checkTimes(cached);
    const result = verifyAccessToken(token, this.keys, this.options);
    if (result.kind === 'verified') {
      this.#cache.set(keyOf(result.verified.token), result.verified);
      return this.checkTimes(result.verified);
    }
    if (result.kind !== 'unknown_key') return result;
    return { kind: this.keys.areAvailable ? 'unknown_key' : 'no_keys' };
  }

  /** The key is not the whole token, so the entry is compared in full. */
  private cachedOf(token: string): VerifiedAccessToken | undefined {
    const cached = this.#cache.get(keyOf(token));
    return cached?.token === token && this.keys.get(cached.keyId) === cached.key ? cached : undefined;
  }

  private checkTimes(verified: VerifiedAccessToken): AccessTokenResult {
    const nowMs = this.clock.nowMs();
    if (nowMs === undefined) return { kind: 'clock_untrusted', verified };
    const skewSeconds = verified.validFromSeconds - nowMs / 1000;
    if (skewSeconds > this.options.session.clockSkewSeconds) {
      return { kind: 'issued_in_future', verified, skewSeconds };
    }
    return { kind: hasExpired(verified, nowMs / 1000) ? 'expired' : 'valid', verified };
  }
}

/** An upper estimate: the parsed claims take more memory than the token. */
const estimatedBytes = ({ token }: VerifiedAccessToken): number => 1024 + 3 * token.length;
