import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Histogram,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type {
  StytchTelemetryAttempt,
  StytchTelemetryAttemptResult,
  StytchTelemetryCall,
} from '../lib/index.js';
import * as attribute from './attributes.js';

/** Records the calls to Stytch: a client span and a duration for each request that is sent. */
export class CallRecorder {
  readonly #server: Attributes;

  constructor(
    apiUrl: string,
    private readonly tracer: Tracer,
    private readonly duration: Histogram,
  ) {
    const { protocol, hostname, port } = new URL(apiUrl);
    const defaultPort = protocol === 'https:' ? 443 : 80;
    this.#server = {
      [attribute.serverAddress]: hostname,
      [attribute.serverPort]: port === '' ? defaultPort : Number(port),
    };
  }

  /** The parent is the span of the request that plans the call: another one may start it, after a wait. */
  plan({ operation, kind }: StytchTelemetryCall): (resends: number) => StytchTelemetryAttempt {
    const parent = context.active();
    const attributes = { ...this.#server, [attribute.operation]: operation };
    return (resends) => {
      const span = this.tracer.startSpan(
        operation,
        {
          kind: SpanKind.CLIENT,
          attributes: {
            ...attributes,
            [attribute.callKind]: kind,
            ...(resends > 0 && { [attribute.resendCount]: resends }),
          },
        },
        parent,
      );
      return this.attemptOf(span, trace.setSpan(parent, span), attributes);
    };
  }

  private attemptOf(span: Span, active: Context, attributes: Attributes): StytchTelemetryAttempt {
    const startedAtMs = performance.now();
    return {
      run: (send) => context.with(active, send),
      end: (result) => {
        const seconds = (performance.now() - startedAtMs) / 1000;
        const ofResponse = responseAttributes(result);
        this.duration.record(seconds, { ...attributes, ...ofResponse }, active);
        endSpan(span, result, ofResponse);
      },
    };
  }
}

function responseAttributes({ method, status, failure }: StytchTelemetryAttemptResult): Attributes {
  const error = failure ?? (status !== undefined && status >= 400 ? String(status) : undefined);
  return {
    ...(method !== undefined && { [attribute.requestMethod]: method }),
    ...(status !== undefined && { [attribute.responseStatus]: status }),
    ...(error !== undefined && { [attribute.errorType]: error }),
  };
}

/** The URL is left out, since those of some operations contain ids. */
function endSpan(
  span: Span,
  { requestId, errorType }: StytchTelemetryAttemptResult,
  ofResponse: Attributes,
): void {
  span.setAttributes({
    ...ofResponse,
    ...(requestId !== undefined && { [attribute.requestId]: requestId }),
    ...(errorType !== undefined && errorType !== '' && { [attribute.stytchErrorType]: errorType }),
  });
  if (attribute.errorType in ofResponse) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
