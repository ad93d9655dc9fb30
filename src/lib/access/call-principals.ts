import { Injectable, type ExecutionContext } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { RequirementChecker } from '../authorization/requirement-checker.js';
import type { Principal } from '../identity/principal.js';
import { SessionWatch, type OnSessionEnd, type OnSessionRenewed } from '../session/watch/session-watch.js';
import type { AccessRequirement } from './access-requirements.js';
import { attachPrincipal, principalOfArguments } from './attached-principal.js';
import { TransportedCall, type Call } from './transported-call.js';

/** What happens once it is known who calls a handler. */
@Injectable()
export class CallPrincipals {
  /** Of the calls of other transports that stay open, by the argument that the principal is attached to. */
  readonly #rechecks = new WeakMap<object, OnSessionRenewed>();

  constructor(
    private readonly watch: SessionWatch,
    private readonly requirementChecker: RequirementChecker,
  ) {}

  /** Attaches a principal where the decorators look for it: to the request over HTTP, else to an argument of the handler. */
  attach(call: Call, principal: Principal, requirement: AccessRequirement, context: ExecutionContext): void {
    if (call instanceof TransportedCall) {
      attachPrincipal(call.target, principal);
      if (call.staysOpen) this.#rechecks.set(call.target, this.recheckOf(requirement, context));
    }
    if (call.response === undefined) return;
    // For loggers, also where an operation of another transport came in a request. A connection has many.
    attachPrincipal(call.request, principal);
    if (requirement.endsWithSession)
      this.endWith(principal, call.response, this.recheckOf(requirement, context));
  }

  /** What transports use, see `TransportApplication.watch`. */
  watchCall(target: object, onEnd: OnSessionEnd): () => void {
    const principal = principalOfArguments([target]);
    return principal === undefined
      ? () => undefined
      : this.watch.watch(principal, onEnd, this.#rechecks.get(target));
  }

  private recheckOf({ requirements }: AccessRequirement, context: ExecutionContext): OnSessionRenewed {
    return (session) => this.requirementChecker.check(requirements, session, context);
  }

  /** The client sees a closed connection, as when the server stops: a stream has no place for a refusal. */
  private endWith(principal: Principal, response: ServerResponse, recheck: OnSessionRenewed): void {
    if (response.destroyed) return;
    const end = () => {
      if (!response.writableEnded) response.destroy();
    };
    response.once('close', this.watch.watch(principal, end, recheck));
  }
}
