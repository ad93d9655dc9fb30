import { Logger } from '@nestjs/common';
import { systemClock } from '../options/system-clock.js';
import type { CallRecord } from './call-record.js';
import { classifyFailure } from './classify-failure.js';
import type { StytchLane, StytchLanes } from './client-pool.js';
import type { StytchAnswer, StytchRefused, StytchUnavailable } from './stytch-response.js';

export interface CallSettings {
  /** For the log. */
  readonly name: string;
  /** Whether Stytch may be asked the same a second time, when the first connection broke. */
  readonly isRepeatable?: boolean;
}

/**
 * Makes calls and answers with values: bounded in time, and with nothing in them that a failure of
 * the SDK carries (it repeats what was sent).
 */
export class StytchCalls {
  private readonly logger = new Logger('Stytch');

  /** @param deadlineMs total time of a call, repetition included */
  constructor(
    private readonly lanes: StytchLanes,
    private readonly deadlineMs: number,
  ) {}

  async call<Body>(
    { name, isRepeatable = false }: CallSettings,
    send: (lane: StytchLane) => Promise<Body>,
  ): Promise<StytchAnswer<Body>> {
    const endsAtMs = systemClock.monotonicMs() + this.deadlineMs;
    let attempt = await this.attempt(send, endsAtMs);
    if (isRepeatable && brokeBeforeAnAnswer(attempt.record)) attempt = await this.attempt(send, endsAtMs);
    if (attempt.answer.kind !== 'ok') this.report(name, attempt.answer, attempt.record);
    return attempt.answer;
  }

  private async attempt<Body>(
    send: (lane: StytchLane) => Promise<Body>,
    endsAtMs: number,
  ): Promise<{ answer: StytchAnswer<Body>; record: CallRecord }> {
    const record: CallRecord = { endsAtMs };
    try {
      const body = await this.lanes.use(record, send);
      // The SDK takes any JSON under a 200 for success: a captive portal's, an empty object.
      const answer = isAnswerOfStytch(body)
        ? ({ kind: 'ok', body } as const)
        : ({ kind: 'unavailable', reason: 'unreadable' } as const);
      return { answer, record };
    } catch (error) {
      return { answer: classifyFailure(error, record), record };
    }
  }

  private report(
    name: string,
    failure: StytchRefused | StytchUnavailable,
    { status, fault, cause }: CallRecord,
  ): void {
    if (failure.kind === 'refused') {
      const reason = failure.errorType || `status ${failure.status}`;
      this.logger.debug(`${name}: Stytch refused (${reason}, ${failure.requestId}).`);
    } else if (failure.reason === 'credentials_refused') {
      this.logger.error(
        `${name}: Stytch refused this application's own credentials. Check projectId, secret and apiUrl.`,
      );
    } else {
      this.logger.warn(`${name}: ${failure.reason} (${cause ?? fault ?? `status ${status ?? 'none'}`}).`);
    }
  }
}

/** As a kept connection does that was closed meanwhile. Half an answer was no chance of the moment. */
const brokeBeforeAnAnswer = ({ fault, status }: CallRecord): boolean =>
  fault === 'connection' && status === undefined;

/** Every answer of Stytch carries the status and the id of the call. */
const isAnswerOfStytch = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'request_id' in body && 'status_code' in body;
