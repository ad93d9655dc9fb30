import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { systemClock } from '../options/system-clock.js';
import type { StytchRejection, StytchResponse, StytchUnavailable } from '../ports/stytch-response.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import type { CallRecord } from './call-record.js';
import { classifyFailure } from './classify-failure.js';
import { StytchClientPool, type PooledClient } from './client-pool.js';

export interface CallSettings {
  /** Name in the log. */
  readonly name: string;
  /** Whether to retry once if the connection breaks before a response. For idempotent calls only. */
  readonly isRetryable?: boolean;
}

/**
 * Makes calls with a deadline and returns failures as values. Errors of the SDK are not passed on,
 * because they contain what was sent.
 */
@Injectable()
export class StytchCalls {
  private readonly logger = new Logger('Stytch');

  constructor(
    private readonly pool: StytchClientPool,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** The deadline, `http.deadlineMs`, includes the retry. */
  async call<Body>(
    { name, isRetryable = false }: CallSettings,
    send: (pooled: PooledClient) => Promise<Body>,
  ): Promise<StytchResponse<Body>> {
    const deadlineAtMs = systemClock.monotonicMs() + this.options.http.deadlineMs;
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
      // The SDK treats any JSON with status 200 as success, for example a captive portal's.
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
    // Says nothing about Stytch.
    if (failure === 'closed') return;
    if (response.kind === 'rejected') {
      const reason = response.errorType || `status ${response.status}`;
      this.logger.debug(`${name}: rejected by Stytch (${reason}, ${response.requestId}).`);
    } else if (response.reason === 'credentials_refused') {
      this.logger.error(
        `${name}: Stytch rejected the credentials of this application. Check projectId, secret and apiUrl.`,
      );
    } else {
      this.logger.warn(`${name}: ${response.reason} (${cause ?? failure ?? `status ${status ?? 'none'}`}).`);
    }
  }
}

/**
 * The usual cause is a keep-alive connection that the server closed. A response that broke off is not
 * retried.
 */
const failedBeforeResponse = ({ failure, status }: CallRecord): boolean =>
  failure === 'connection' && status === undefined;

/** Every response of Stytch's API has these two fields. */
const isStytchResponse = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'request_id' in body && 'status_code' in body;
