import { Logger } from '@nestjs/common';
import { systemClock } from '../options/system-clock.js';
import type { CallRecord } from './call-record.js';
import { classifyFailure } from './classify-failure.js';
import type { PooledClient, StytchClientPool } from './client-pool.js';
import type { StytchResponse, StytchRejection, StytchUnavailable } from './stytch-response.js';

export interface CallSettings {
  /** For the log. */
  readonly name: string;
  /** Whether Stytch may be asked the same a second time, when the first connection broke. */
  readonly isRetryable?: boolean;
}

/**
 * Makes calls and answers with values: bounded in time, and with nothing in them that a failure of
 * the SDK carries (it repeats what was sent).
 */
export class StytchCalls {
  private readonly logger = new Logger('Stytch');

  /** @param deadlineMs total time of a call, repetition included */
  constructor(
    private readonly pool: StytchClientPool,
    private readonly deadlineMs: number,
  ) {}

  async call<Body>(
    { name, isRetryable = false }: CallSettings,
    send: (pooled: PooledClient) => Promise<Body>,
  ): Promise<StytchResponse<Body>> {
    const deadlineAtMs = systemClock.monotonicMs() + this.deadlineMs;
    let attempt = await this.attempt(send, deadlineAtMs);
    if (isRetryable && failedBeforeResponse(attempt.record)) attempt = await this.attempt(send, deadlineAtMs);
    if (attempt.response.kind !== 'ok') this.logFailure(name, attempt.response, attempt.record);
    return attempt.response;
  }

  private async attempt<Body>(
    send: (pooled: PooledClient) => Promise<Body>,
    deadlineAtMs: number,
  ): Promise<{ response: StytchResponse<Body>; record: CallRecord }> {
    const record: CallRecord = { deadlineAtMs };
    try {
      const body = await this.pool.use(record, send);
      // The SDK takes any JSON under a 200 for success: a captive portal's, an empty object.
      const response = isStytchResponse(body)
        ? ({ kind: 'ok', body } as const)
        : ({ kind: 'unavailable', reason: 'unreadable' } as const);
      return { response, record };
    } catch (error) {
      return { response: classifyFailure(error, record), record };
    }
  }

  private logFailure(
    name: string,
    response: StytchRejection | StytchUnavailable,
    { status, failure, cause }: CallRecord,
  ): void {
    if (response.kind === 'rejected') {
      const reason = response.errorType || `status ${response.status}`;
      this.logger.debug(`${name}: Stytch refused (${reason}, ${response.requestId}).`);
    } else if (response.reason === 'credentials_refused') {
      this.logger.error(
        `${name}: Stytch refused this application's own credentials. Check projectId, secret and apiUrl.`,
      );
    } else {
      this.logger.warn(`${name}: ${response.reason} (${cause ?? failure ?? `status ${status ?? 'none'}`}).`);
    }
  }
}

/** As a kept connection does that was closed meanwhile. Half an answer was no chance of the moment. */
const failedBeforeResponse = ({ failure, status }: CallRecord): boolean =>
  failure === 'connection' && status === undefined;

/** Every answer of Stytch carries the status and the id of the call. */
const isStytchResponse = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'request_id' in body && 'status_code' in body;
