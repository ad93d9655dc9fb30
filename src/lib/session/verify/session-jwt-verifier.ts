import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { Generations } from './size-bounded-cache.js';
import { judgeTimes, type TimeVerdict } from './check-times.js';
import { SigningKeys } from './signing-keys.js';
import { verifySessionJwt, type VerifiedJwt } from './verify-session-jwt.js';

export type JwtVerdict =
  | TimeVerdict
  /** No published key has the id it names. */
  | { readonly verdict: 'unknown_key' }
  /** There are no keys at hand to tell with. */
  | { readonly verdict: 'no_keys' }
  /** No session JWT of this project, and never will be. */
  | { readonly verdict: 'invalid' };

const bytesPerMegabyte = 1024 * 1024;

/** Verifies session JWTs with the keys at hand, at the time it is; each signature once. */
@Injectable()
export class SessionJwts {
  /**
   * What was verified before. Found by the end of the token, which is cheaper to look up than all of
   * it, and compared as a whole: no two tokens share an entry. An entry proves the signature only;
   * time, key and denial are looked at on every request.
   */
  private readonly verifiedBefore: Generations<VerifiedJwt>;
  /** Wall time less monotonic time, when the application started. */
  private readonly startOfClockMs: number;

  constructor(
    private readonly keys: SigningKeys,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    const { clock, session } = options;
    this.verifiedBefore = new Generations(session.verifiedCacheMegabytes * bytesPerMegabyte, weightOf);
    this.startOfClockMs = clock.nowMs() - clock.monotonicMs();
  }

  /** The verdict with what is at hand. Waits for nothing and never causes a call. */
  verify(jwt: string): JwtVerdict {
    const known = this.verifiedBefore.get(endOf(jwt));
    if (known?.jwt === jwt && this.keys.get(known.keyId) === known.key) return this.judge(known);

    const verification = verifySessionJwt(jwt, this.keys, this.options);
    if (verification.kind === 'verified') {
      const { verified } = verification;
      this.verifiedBefore.set(endOf(verified.jwt), verified);
      return this.judge(verified);
    }
    if (verification.kind === 'invalid') return { verdict: 'invalid' };
    return { verdict: this.keys.areKnown ? 'unknown_key' : 'no_keys' };
  }

  /**
   * The same, after looking at the published keys again when one is missing: within the ration, and
   * for no longer than a fetch may take.
   */
  async verifyWithFreshKeys(jwt: string): Promise<JwtVerdict> {
    const verdict = this.verify(jwt);
    if (verdict.verdict !== 'unknown_key' && verdict.verdict !== 'no_keys') return verdict;
    await this.keys.lookAgain();
    return this.verify(jwt);
  }

  /**
   * When the wall clock was set back while running, what was issued before looks as if it came from
   * the future. Then the time that has passed since the start is asked, which nobody sets back.
   */
  private judge(verified: VerifiedJwt): TimeVerdict {
    const { clock } = this.options;
    const byWall = judgeTimes(verified, clock.nowMs() / 1000, this.options);
    if (byWall.verdict !== 'from_the_future') return byWall;
    const bySteadyTime = judgeTimes(
      verified,
      (this.startOfClockMs + clock.monotonicMs()) / 1000,
      this.options,
    );
    return bySteadyTime.verdict === 'from_the_future' ? byWall : bySteadyTime;
  }
}

/** The end of the signature: 32 characters, 192 bits, that no two signatures have in common. */
const endOf = (jwt: string) => jwt.slice(-32);

/** An estimate on the high side; the session taken out of a JWT weighs more than the JWT itself. */
const weightOf = ({ jwt }: VerifiedJwt): number => 1024 + 3 * jwt.length;
