import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { httpExchangeOf } from '../http/http-exchange.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { StytchTransport } from '../ports/transport.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { TransportedCall, type Call } from './transported-call.js';

/** The transports that are switched on, besides HTTP. */
@Injectable()
export class Transports {
  readonly #byContextType: ReadonlyMap<string, StytchTransport>;

  constructor(@Inject(RESOLVED_OPTIONS) { transports }: ResolvedOptions) {
    this.#byContextType = new Map(transports.map((transport) => [transport.contextType, transport]));
  }

  /** Undefined for a call of a transport that is not switched on, or that has no credentials. */
  callOf(context: ExecutionContext): Call | undefined {
    return httpExchangeOf(context) ?? this.transportedCallOf(context);
  }

  /** Undefined if none is switched on for the context. */
  of(context: ExecutionContext): StytchTransport | undefined {
    return this.#byContextType.get(context.getType());
  }

  private transportedCallOf(context: ExecutionContext): TransportedCall | undefined {
    const transport = this.of(context);
    return transport && TransportedCall.of(context, transport);
  }
}
