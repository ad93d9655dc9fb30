import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { refusalOf, type Refusal, type RefusalCode } from '../errors/refusal.js';
import type { BearerChallenge } from '../http/bearer-challenge.js';
import { StytchRefusals } from '../http/refusals.js';
import type { Session } from '../identity/session.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { TenantMismatch } from '../session/tenant-check.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { TransportExceptions } from './transport-exceptions.js';
import { TransportedCall, type Call } from './transported-call.js';
import { Transports } from './transports.js';

/** Turns the refusal of a call into the exception to throw: a response over HTTP, or an error of its transport. */
@Injectable()
export class CallRefusals {
  constructor(
    private readonly http: StytchRefusals,
    private readonly exceptions: TransportExceptions,
    private readonly transports: Transports,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** For a call whose credentials can't be read: its transport is not switched on, or does not find them. */
  unsupportedExceptionFor(context: ExecutionContext): Error {
    const refusal = refusalOf('context_not_supported');
    this.count(refusal);
    return this.exceptions.create(context, refusal, this.transports.of(context));
  }

  /**
   * @param bearer the challenge of a handler that also accepts bearer tokens
   * @param session the verified session of the call, for the event
   */
  exceptionFor(refusal: Refusal, call: Call, bearer?: BearerChallenge, session?: Session): Error {
    this.count(refusal);
    return call instanceof TransportedCall
      ? this.transportedExceptionFor(refusal, call, session)
      : this.http.exceptionFor(refusal, call, bearer, session);
  }

  /** For a call that is for another organization than its session. */
  mismatchExceptionFor(mismatch: TenantMismatch, call: Call, session?: Session): Error {
    this.count(mismatch);
    return call instanceof TransportedCall
      ? this.transportedExceptionFor(refusalOf(mismatch.code), call, session)
      : this.http.mismatchExceptionFor(mismatch, call, session);
  }

  /** For a call that is refused because of its bearer token, or because it has none. */
  bearerExceptionFor(refusal: Refusal, call: Call, bearer: BearerChallenge): Error {
    this.count(refusal);
    return call instanceof TransportedCall
      ? this.transportedExceptionFor(refusal, call)
      : this.http.bearerExceptionFor(refusal, call, bearer);
  }

  private count({ code }: { readonly code: RefusalCode }): void {
    this.options.telemetry?.decided(code);
  }

  private transportedExceptionFor(refusal: Refusal, call: TransportedCall, session?: Session): Error {
    const { context, transport, headers } = call;
    headers?.setHeader('cache-control', 'no-store');
    if (refusal.retryAfterSeconds !== undefined)
      headers?.setHeader('retry-after', String(refusal.retryAfterSeconds));
    return this.exceptions.create(context, refusal, transport, { source: call, session });
  }
}
