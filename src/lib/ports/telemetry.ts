import type { StytchCallKind } from './call-kind.js';
import type { StytchHealthReport } from './health-report.js';

/**
 * Measures what an application does, such as `openTelemetry()` of `nestjs-stytch/opentelemetry`. Implement it to use
 * another system.
 */
export interface StytchTelemetry {
  /**
   * Called once for each application, before it starts.
   * @param apiUrl the origin of Stytch's API
   */
  connect(apiUrl: string): StytchTelemetryRecorder;
}

/**
 * Records what one application does. Called while requests are handled: methods return quickly, and none throws.
 * Nothing that is recorded identifies a person, a session or a token.
 */
export interface StytchTelemetryRecorder {
  /**
   * The guard decided about a request to a protected handler.
   * @param refusalCode why it was refused; undefined if it was allowed
   */
  decided(refusalCode: string | undefined): void;
  /** A session JWT was verified locally. */
  verified(durationSeconds: number, result: string): void;
  /** A session was refreshed, or an opaque token exchanged: with the time that the call waited. */
  refreshed(durationSeconds: number, result: string): void;
  /**
   * A call to Stytch is needed. Called in the asynchronous context of the request that needs it, before the call waits
   * for its turn.
   * @returns a function that is called when the call is sent, and again if it is sent once more
   */
  planCall(call: StytchTelemetryCall): (resends: number) => StytchTelemetryAttempt;
  /**
   * The application has started.
   * @param readHealth reads the state from memory, as often as needed until `close`
   */
  observe(readHealth: () => StytchHealthReport): void;
  /** The application has closed. */
  close(): void;
}

/** A call to Stytch that is measured. */
export interface StytchTelemetryCall {
  /** Its path, without ids, such as `sessions/authenticate`. */
  readonly operation: string;
  readonly kind: StytchCallKind;
}

/** A call that is sent to Stytch. */
export interface StytchTelemetryAttempt {
  /** Runs what sends the request. Whatever it starts belongs to the attempt. */
  run<Result>(send: () => Result): Result;
  end(result: StytchTelemetryAttemptResult): void;
}

/** How one attempt of a call ended. */
export interface StytchTelemetryAttemptResult {
  /** The HTTP method. Missing if no request was sent. */
  readonly method?: string;
  /** The HTTP status. Missing without a response. */
  readonly status?: number;
  /** Stytch's id of the request. */
  readonly requestId?: string;
  /** The `error_type` of Stytch's response. */
  readonly errorType?: string;
  /** Why there is no readable response, such as `deadline` or `connection`. */
  readonly failure?: string;
}
