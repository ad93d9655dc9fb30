import type { Provider } from '@nestjs/common';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { ServerTimeObserver } from '../ports/server-time-observer.js';
import { PolicyApi } from '../ports/policy-api.js';
import { SessionApi } from '../ports/session-api.js';
import { RESOLVED_OPTIONS, STYTCH_CLIENT } from '../stytch.tokens.js';
import { BoundedDispatcher } from './bounded-dispatcher.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { StytchClientPool } from './client-pool.js';
import { ConsumerPolicyApi } from './consumer-policy-api.js';
import { ConsumerSessionApi } from './consumer-session-api.js';
import { createStytchClient } from './create-stytch-client.js';
import { OutageReporter } from './outage-reporter.js';
import { StytchCalls } from './stytch-calls.js';

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
  {
    provide: STYTCH_CLIENT,
    useFactory: ({ projectId, secret, apiUrl }: ResolvedOptions, dispatcher: BoundedDispatcher) =>
      createStytchClient({ projectId, secret, apiUrl, dispatcher }),
    inject: [RESOLVED_OPTIONS, BoundedDispatcher],
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
  { provide: SessionApi, useClass: ConsumerSessionApi },
  { provide: PolicyApi, useClass: ConsumerPolicyApi },
];
