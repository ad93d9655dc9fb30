import type { ExceededLimit } from './limit-counter.js';
import type { TokenBucket } from './token-bucket.js';

/** Takes a token from a budget of the process. @returns the limit if there is none */
export const takeFromProcess = (budget: TokenBucket): ExceededLimit<'process'> | undefined =>
  budget.take() ? undefined : { name: 'process', retryAfterSeconds: budget.secondsPerToken };
