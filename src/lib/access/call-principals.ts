import { Injectable, type ExecutionContext } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { RequirementChecker } from '../authorization/requirement-checker.js';
import type { Principal } from '../identity/principal.js';
import { TenantCheck } from '../session/tenant-check.js';
import { SessionWatch } from '../session/watch/session-watch.js';
import type { OnSessionEnd, OnSessionRenewed } from '../session/watch/watched.js';
import type { AccessRequirement } from './access-requirements.js';
import { attachPrincipal, principalOfArguments } from './attached-principal.js';
import { TransportedCall, type Call } from './transported-call.js';

/** A stream is checked every few minutes, so an older policy is fetched before. Otherwise the two ages add up. */
const recheckPolicyAgeMs = 60_000;

/** What happens once it is known who calls a handler. */
@Injectable()
export class CallPrincipals {
  /** The rechecks of open calls, keyed by the argument that the principal is attached to. */
  readonly #rechecks = new WeakMap<object, OnSessionRenewed>();

  constructor(
    private readonly watch: SessionWatch,
    private readonly tenants: TenantCheck,
    private readonly requirementChecker: RequirementChecker,
  ) {}

  /** Attaches a principal to a call and, if the handler says so, ends its response with the session. */
  attach(call: Call, principal: Principal, requirement: AccessRequirement, context: ExecutionContext): void {
    attachTo(call, principal);
    if (call instanceof TransportedCall && call.staysOpen)
      this.#rechecks.set(call.target, this.recheckOf(call, requirement, context));
    if (call.response !== undefined && requirement.endsWithSession)
      this.endWith(principal, call.response, this.recheckOf(call, requirement, context));
  }

  /** What transports use, see `TransportApplication.watch`. */
  watchCall(target: object, onEnd: OnSessionEnd): () => void {
    const principal = principalOfArguments([target]);
    return principal === undefined
      ? () => undefined
      : this.watch.watch(principal, onEnd, this.#rechecks.get(target));
  }

  /** A check of the application may read the session from the request, so it is attached first. */
  private recheckOf(
    call: Call,
    { requirements }: AccessRequirement,
    context: ExecutionContext,
  ): OnSessionRenewed {
    const checkTenant = this.tenants.recheckOf(call.platformRequest);
    return (session) => {
      attachTo(call, session);
      return (
        checkTenant(session) ??
        this.requirementChecker.check(requirements, session, context, undefined, recheckPolicyAgeMs)
      );
    };
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

/** Where the decorators look for the principal: the request over HTTP, otherwise an argument of the handler. */
function attachTo(call: Call, principal: Principal): void {
  if (call instanceof TransportedCall) attachPrincipal(call.target, principal);
  // For loggers, also where an operation of another transport came in a request. A connection has many.
  if (call.response !== undefined) attachPrincipal(call.request, principal);
}
