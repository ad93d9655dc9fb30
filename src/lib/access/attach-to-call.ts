import type { Principal } from '../identity/principal.js';
import { attachPrincipal } from './attached-principal.js';
import { TransportedCall, type Call } from './transported-call.js';

/** Attaches a principal where the decorators look for it: to the request over HTTP, else to an argument of the handler. */
export function attachToCall(call: Call, principal: Principal): void {
  if (call instanceof TransportedCall) attachPrincipal(call.target, principal);
  // For loggers, also where an operation of another transport came in a request. A connection has many.
  if (call.response !== undefined) attachPrincipal(call.request, principal);
}
