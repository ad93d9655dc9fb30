import { metrics, trace, type MeterProvider, type TracerProvider } from '@opentelemetry/api';
import type { StytchTelemetry } from '../lib/index.js';
import * as attribute from './attributes.js';
import { CallRecorder } from './call-recorder.js';
import { observeState } from './observed-state.js';

/** The options of `openTelemetry()`. */
export interface OpenTelemetryOptions {
  /** @default the global one */
  meterProvider?: MeterProvider | undefined;
  /** @default the global one */
  tracerProvider?: TracerProvider | undefined;
}

/** The scope of all metrics and spans. */
const scope = 'nestjs-stytch';

/** Seconds. A token that was seen before takes microseconds, a signature a fraction of a millisecond. */
const verificationBuckets = [
  0.000005, 0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.01,
];
/** Those that the semantic conventions suggest for `http.client.request.duration`. */
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * Metrics of decisions, of calls to Stytch and of the state of the application, and a span for each call. Pass it in
 * the option `telemetry`. Start the SDK of OpenTelemetry before the application: this uses its API only.
 *
 * @example
 * ```ts
 * StytchModule.forRoot({ ...options, telemetry: openTelemetry() })
 * ```
 */
export function openTelemetry({ meterProvider, tracerProvider }: OpenTelemetryOptions = {}): StytchTelemetry {
  return {
    connect(apiUrl) {
      const meter = (meterProvider ?? metrics).getMeter(scope);
      const tracer = (tracerProvider ?? trace).getTracer(scope);
      const seconds = (name: string, description: string, explicitBucketBoundaries: number[]) =>
        meter.createHistogram(name, { unit: 's', description, advice: { explicitBucketBoundaries } });
      const decisions = meter.createCounter('stytch.decisions', {
        unit: '{decision}',
        description: 'Requests that the guard allowed or refused.',
      });
      const verifications = seconds(
        'stytch.session_jwt.verification.duration',
        'Time to verify a session JWT locally.',
        verificationBuckets,
      );
      const refreshes = seconds(
        'stytch.session.refresh.duration',
        'Time to refresh a session, or to exchange an opaque token, including the wait for a turn.',
        requestBuckets,
      );
      const calls = new CallRecorder(
        apiUrl,
        tracer,
        seconds('http.client.request.duration', 'Duration of HTTP client requests.', requestBuckets),
      );
      const allowed = Object.freeze({ [attribute.result]: 'allowed' });
      let stopObserving: (() => void) | undefined;
      return {
        decided(code) {
          decisions.add(
            1,
            code === undefined ? allowed : { [attribute.result]: 'refused', [attribute.refusalCode]: code },
          );
        },
        verified(durationSeconds, result) {
          verifications.record(durationSeconds, { [attribute.result]: result });
        },
        refreshed(durationSeconds, result) {
          refreshes.record(durationSeconds, { [attribute.result]: result });
        },
        planCall: (call) => calls.plan(call),
        observe(readHealth) {
          stopObserving = observeState(meter, readHealth);
        },
        close() {
          stopObserving?.();
        },
      };
    },
  };
}
