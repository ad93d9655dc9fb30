import { Injectable } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import type { Principal } from '../identity/principal.js';
import { SessionWatch } from '../session/watch/session-watch.js';
import type { AccessRequirement } from './access-requirements.js';
import { attachPrincipal } from './attached-principal.js';
import { TransportedCall, type Call } from './transported-call.js';

/** What happens once it is known who calls a handler. */
@Injectable()
export class CallPrincipals {
  constructor(private readonly watch: SessionWatch) {}

  /** Attaches a principal where the decorators look for it: to the request over HTTP, else to an argument of the handler. */
  attach(call: Call, principal: Principal, { endsWithSession }: AccessRequirement): void {
    if (call instanceof TransportedCall) attachPrincipal(call.target, principal);
    if (call.response === undefined) return;
    // For loggers, also where an operation of another transport came in a request. A connection has many.
    attachPrincipal(call.request, principal);
    if (endsWithSession) this.endWith(principal, call.response);
  }

  /** The client sees a closed connection, as when the server stops: a stream has no place for a refusal. */
  private endWith(principal: Principal, response: ServerResponse): void {
    if (response.destroyed) return;
    const stop = this.watch.watch(principal, () => {
      if (!response.writableEnded) response.destroy();
    });
    response.once('close', stop);
  }
}
