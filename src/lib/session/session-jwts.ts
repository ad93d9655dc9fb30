import { Inject, Injectable } from '@nestjs/common';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { SigningKeys } from './signing-keys.js';
import { verifySessionJwt, type JwtVerdict } from './verify-session-jwt.js';

/** Verifies session JWTs with the keys at hand, at the time it is. */
@Injectable()
export class SessionJwts {
  constructor(
    private readonly keys: SigningKeys,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /**
   * The verdict on a JWT. When it names a key that is not at hand, the published keys are looked
   * at again, within the ration; otherwise nothing is waited for.
   */
  async verify(jwt: string): Promise<JwtVerdict | { readonly verdict: 'no_keys' }> {
    const verdict = this.verifyNow(jwt);
    if (verdict.verdict !== 'unknown_key') return verdict;
    await this.keys.lookAgain();
    return this.keys.areKnown ? this.verifyNow(jwt) : { verdict: 'no_keys' };
  }

  private verifyNow(jwt: string): JwtVerdict {
    return verifySessionJwt(jwt, this.keys, this.options.clock.nowMs() / 1000, this.options);
  }
}
