import { Inject, Injectable } from '@nestjs/common';
import { TokenBucket } from '../../limits/token-bucket.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';

const maxLookupsPerSecond = 10;

/** Opaque tokens cannot be verified locally, so calls about unknown ones are rate limited. */
@Injectable()
export class TokenLookupLimit extends TokenBucket {
  constructor(@Inject(RESOLVED_OPTIONS) { clock }: Pick<ResolvedOptions, 'clock'>) {
    super(maxLookupsPerSecond, clock);
  }
}
