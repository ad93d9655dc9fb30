import { Injectable } from '@nestjs/common';
import { refusalOf, type Refusal } from '../errors/refusal.js';
import type { BearerChallenge } from '../http/bearer-challenge.js';
import { StytchRefusals } from '../http/refusals.js';
import type { TenantMismatch } from '../session/tenant-check.js';
import { TransportExceptions } from './transport-exceptions.js';
import { TransportedCall, type Call } from './transported-call.js';

/** Turns the refusal of a call into the exception to throw: a response over HTTP, or an error of its transport. */
@Injectable()
export class CallRefusals {
  constructor(
    private readonly http: StytchRefusals,
    private readonly exceptions: TransportExceptions,
  ) {}

  /** @param bearer the challenge of a handler that also accepts bearer tokens */
  exceptionFor(refusal: Refusal, call: Call, bearer?: BearerChallenge): Error {
    return call instanceof TransportedCall
      ? this.transportedExceptionFor(refusal, call)
      : this.http.exceptionFor(refusal, call, bearer);
  }

  /** For a call that is for another organization than its session. */
  mismatchExceptionFor(mismatch: TenantMismatch, call: Call): Error {
    return call instanceof TransportedCall
      ? this.transportedExceptionFor(refusalOf(mismatch.code), call)
      : this.http.mismatchExceptionFor(mismatch, call);
  }

  /** For a call that is refused because of its bearer token, or because it has none. */
  bearerExceptionFor(refusal: Refusal, call: Call, bearer: BearerChallenge): Error {
    return call instanceof TransportedCall
      ? this.transportedExceptionFor(refusal, call)
      : this.http.bearerExceptionFor(refusal, call, bearer);
  }

  private transportedExceptionFor(refusal: Refusal, { context, transport, headers }: TransportedCall): Error {
    headers?.setHeader('cache-control', 'no-store');
    return this.exceptions.create(context, refusal, transport);
  }
}
