import { Inject, Injectable, Logger } from '@nestjs/common';
import { LimitedLog } from '../events/limited-log.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { systemClock } from '../options/system-clock.js';
import type { StytchCallKind } from '../ports/call-kind.js';
import type { StytchQueueState } from '../ports/health-report.js';
import type { StytchProductName } from '../ports/product-name.js';
import { StytchProduct } from '../ports/stytch-product.js';
import type { StytchRejection, StytchResponse, StytchUnavailable } from '../ports/stytch-response.js';
import type { StytchTelemetryAttempt, StytchTelemetryAttemptResult } from '../ports/telemetry.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { CallQueue } from './call-queue.js';
import type { CallRecord, OutgoingCall } from './call-record.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import { classifyFailure, readRequestId } from './classify-failure.js';
import { StytchClientPool, type PooledClient } from './client-pool.js';
import { perCallKind } from './per-call-kind.js';
import { RateLimitPause } from './rate-limit-pause.js';
import { withinDeadline } from './within-deadline.js';

export interface CallSettings {
  /** Path of the operation: its name in the log, and what a rate limit of Stytch applies to. */
  readonly name: string;
  readonly kind: StytchCallKind;
  /** Whether to retry once if the connection breaks before a response. For idempotent calls only. */
  readonly isRetryable?: boolean;
  /** Default: 256 KB. */
  readonly maxBodyBytes?: number;
  /** Whether Stytch's limit is one per email address: a 429 pauses all calls only if it has a Retry-After. */
  readonly isLimitedPerAddress?: boolean;
  /** Whether Stytch's `unauthorized_credentials` means a wrong password, and no wrong secret. */
  readonly checksPassword?: boolean;
  /** Refuses the call while it is open, and learns from the call. */
  readonly circuitBreaker?: CircuitBreaker;
}

const defaultMaxBodyBytes = 256 * 1024;
/**
 * Nothing is gained by refusing a revocation, so it may wait longer than a call may take: for the
 * revocations of all sessions of a person.
 */
const maxRevocationWaitMs = 30_000;

/** By the product of the module that has the credentials of a project of the other. */
const wrongProductMessages: Readonly<Record<StytchProductName, string>> = {
  consumer:
    'projectId is the ID of a B2B project, and StytchModule is for consumer projects. Use StytchB2BModule from nestjs-stytch/b2b, or the credentials of a consumer project. Until then no session can be verified.',
  b2b: 'projectId is the ID of a consumer project, and StytchB2BModule is for B2B projects. Use StytchModule from nestjs-stytch, or the credentials of a B2B project. Until then no session can be verified.',
};

type StartAttempt = (resends: number) => StytchTelemetryAttempt;

interface Attempt<Body> {
  readonly response: StytchResponse<Body>;
  readonly record: CallRecord;
}

/**
 * Makes calls within limits: a queue and a deadline, pauses after a rate limit of Stytch, a circuit
 * breaker. Failures are values. Errors of the SDK are not passed on, because they contain what was sent.
 *
 * Its type parameter is the SDK's client of the module's product.
 */
@Injectable()
export class StytchCalls<SdkClient extends object = object> {
  private readonly logger = new Logger('Stytch');
  private readonly failures: LimitedLog;
  readonly #queues: Readonly<Record<StytchCallKind, CallQueue>>;
  /** By the name of the call. */
  private readonly pauses = new Map<string, RateLimitPause>();

  private hasReportedWrongProduct = false;

  constructor(
    private readonly pool: StytchClientPool<SdkClient>,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly product: StytchProduct<SdkClient>,
  ) {
    this.failures = new LimitedLog(options.clock);
    this.#queues = perCallKind(options.http.maxConnections, (maxInFlight) => new CallQueue(maxInFlight));
  }

  /** How many calls of each kind are in flight and waiting. */
  get queueStates(): Readonly<Record<StytchCallKind, StytchQueueState>> {
    const { refresh, sign_in, revocation, keys, policy } = this.#queues;
    return {
      refresh: refresh.state,
      sign_in: sign_in.state,
      revocation: revocation.state,
      keys: keys.state,
      policy: policy.state,
    };
  }

  /**
   * The deadline, `http.deadlineMs`, includes the retry and, except for revocations, waiting in the queue.
   */
  async call<Body>(
    settings: CallSettings,
    send: (pooled: PooledClient<SdkClient>) => Promise<Body>,
  ): Promise<StytchResponse<Body>> {
    const notSent = this.reasonNotToSend(settings);
    if (notSent !== undefined) return notSent;
    const { name: operation, kind } = settings;
    const startAttempt = this.options.telemetry?.planCall({ operation, kind });
    const extraWaitMs = settings.kind === 'revocation' ? maxRevocationWaitMs : 0;
    const deadlineAtMs = systemClock.monotonicMs() + extraWaitMs + this.options.http.deadlineMs;
    // Calls may be paused, or the circuit opened, while the call is waiting.
    const result = await this.#queues[settings.kind].run(
      deadlineAtMs,
      () => this.reasonNotToSend(settings) ?? this.send(settings, send, deadlineAtMs, startAttempt),
    );
    if (result.kind === 'completed') return result.value;
    this.failures.log('warn', `${settings.name}: not sent, because too many calls are waiting for Stytch.`);
    return { kind: 'unavailable', reason: 'overloaded' };
  }

  private async send<Body>(
    settings: CallSettings,
    send: (pooled: PooledClient<SdkClient>) => Promise<Body>,
    queueDeadlineAtMs: number,
    startAttempt: StartAttempt | undefined,
  ): Promise<StytchResponse<Body>> {
    const recordCall = settings.circuitBreaker?.beginCall();
    const sentAtMs = systemClock.monotonicMs();
    const deadlineAtMs = Math.min(queueDeadlineAtMs, sentAtMs + this.options.http.deadlineMs);
    const newCall = (): OutgoingCall => ({
      kind: settings.kind,
      deadlineAtMs,
      maxBodyBytes: settings.maxBodyBytes ?? defaultMaxBodyBytes,
      record: {},
    });
    const attemptOnce = (resends: number) =>
      this.attemptTraced(() => this.attempt(settings, send, newCall()), startAttempt?.(resends));
    let attempt = await attemptOnce(0);
    if (settings.isRetryable === true && failedBeforeResponse(attempt.record)) {
      attempt = await attemptOnce(1);
    }
    const { response, record } = attempt;
    if (isEvidence(record)) recordCall?.(!isOutage(response));
    if (response.kind !== 'ok') this.handleFailure(settings, response, record);
    return response;
  }

  private reasonNotToSend({ name, circuitBreaker }: CallSettings): StytchUnavailable | undefined {
    if (circuitBreaker?.allowsCall === false) return { kind: 'unavailable', reason: 'circuit_open' };
    return this.pauses.get(name)?.refusal;
  }

  private async attemptTraced<Body>(
    attempt: () => Promise<Attempt<Body>>,
    traced: StytchTelemetryAttempt | undefined,
  ): Promise<Attempt<Body>> {
    if (traced === undefined) return attempt();
    const result = await traced.run(attempt);
    traced.end(telemetryResultOf(result));
    return result;
  }

  private async attempt<Body>(
    settings: CallSettings,
    send: (pooled: PooledClient<SdkClient>) => Promise<Body>,
    call: OutgoingCall,
  ): Promise<Attempt<Body>> {
    const { record } = call;
    try {
      const body = await withinDeadline(this.pool.use(call, send), call);
      setRequestId(record, body);
      // The SDK treats any JSON with status 200 as success, for example a captive portal's.
      const response = isStytchResponse(body)
        ? ({ kind: 'ok', body } as const)
        : ({ kind: 'unavailable', reason: 'unreadable' } as const);
      return { response, record };
    } catch (error) {
      setRequestId(record, error);
      return { response: classifyFailure(error, record, settings), record };
    }
  }

  private handleFailure(
    { name, isLimitedPerAddress = false }: CallSettings,
    response: StytchRejection | StytchUnavailable,
    { status, failure, cause }: CallRecord,
  ): void {
    // The application closes, which says nothing about Stytch.
    if (failure === 'closed') return;
    if (response.kind === 'rejected') {
      const reason = response.errorType || `status ${response.status}`;
      this.logger.debug(`${name}: rejected by Stytch (${reason}, ${response.requestId}).`);
      return;
    }
    const { reason, retryAfterSeconds } = response;
    if (reason === 'rate_limited' && (!isLimitedPerAddress || retryAfterSeconds !== undefined)) {
      this.pauseFor(name, retryAfterSeconds);
    }
    if (reason === 'wrong_product') {
      this.reportWrongProduct();
    } else if (reason === 'credentials_refused') {
      this.failures.log(
        'error',
        `${name}: Stytch rejected the credentials of this application. Check projectId, secret and apiUrl.`,
      );
    } else {
      this.failures.log('warn', `${name}: ${reason} (${cause ?? failure ?? `status ${status ?? 'none'}`}).`);
    }
  }

  /** Once, since it does not change while the process runs. */
  private reportWrongProduct(): void {
    if (this.hasReportedWrongProduct) return;
    this.hasReportedWrongProduct = true;
    this.logger.error(wrongProductMessages[this.product.name]);
  }

  private pauseFor(name: string, retryAfterSeconds: number | undefined): void {
    const pause = this.pauses.get(name) ?? new RateLimitPause(this.options.clock);
    this.pauses.set(name, pause);
    pause.begin(retryAfterSeconds);
  }
}

/**
 * The usual cause is a keep-alive connection that the server closed. A response that broke off is not
 * retried.
 */
const failedBeforeResponse = ({ failure, status }: CallRecord): boolean =>
  failure === 'connection' && status === undefined;

/** Whether the call says something about Stytch, and not about this process or its options. */
const isEvidence = ({ failure }: CallRecord): boolean => failure !== 'closed' && failure !== 'origin_refused';

/** A 4xx response proves that the API is reachable. */
function isOutage(response: StytchResponse<unknown>): boolean {
  return (
    response.kind === 'unavailable' && ['unreachable', 'server_error', 'unreadable'].includes(response.reason)
  );
}

function setRequestId(record: CallRecord, response: unknown): void {
  const requestId = readRequestId(response);
  if (requestId !== undefined) record.requestId = requestId;
}

function telemetryResultOf({ response, record }: Attempt<unknown>): StytchTelemetryAttemptResult {
  const { method, status, requestId } = record;
  const isError = status !== undefined && status >= 400;
  const reason = response.kind === 'unavailable' && !isError ? response.reason : undefined;
  const failure = record.failure ?? reason;
  const errorType = response.kind === 'rejected' ? response.errorType : undefined;
  return {
    ...(method !== undefined && { method }),
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
    ...(errorType !== undefined && { errorType }),
    ...(failure !== undefined && { failure }),
  };
}

/** Every response of Stytch's API has these two fields. */
const isStytchResponse = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'request_id' in body && 'status_code' in body;
