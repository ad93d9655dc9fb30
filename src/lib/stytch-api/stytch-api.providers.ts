import type { Provider } from '@nestjs/common';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { PolicyApi } from '../ports/policy-api.js';
import { ServerTimeObserver } from '../ports/server-time-observer.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { BoundedDispatcher } from './bounded-dispatcher.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { StytchClientPool } from './client-pool.js';
import { OutageReporter } from './outage-reporter.js';
import { StytchPolicyApi } from './stytch-policy-api.js';
import { StytchCalls } from './stytch-calls.js';

/** Besides the client and the session calls of a product. */
export const stytchApiProviders: Provider[] = [
  {
    provide: BoundedDispatcher,
    useFactory: ({ apiUrl, http }: ResolvedOptions, serverTime: ServerTimeObserver) =>
      new BoundedDispatcher({
        apiUrl,
        deadlineMs: http.deadlineMs,
        maxConnections: http.maxConnections,
        baseDispatcher: http.dispatcher,
        serverTime,
      }),
    inject: [RESOLVED_OPTIONS, ServerTimeObserver],
  },
  OutageReporter,
  {
    provide: CircuitBreaker,
    useFactory: ({ clock }: ResolvedOptions, outages: OutageReporter) =>
      new CircuitBreaker(clock, (isOpen) => {
        outages.report(isOpen);
      }),
    inject: [RESOLVED_OPTIONS, OutageReporter],
  },
  StytchClientPool,
  StytchCalls,
  { provide: PolicyApi, useClass: StytchPolicyApi },
];
