/** Which requests a fault meets. */
export interface FaultTarget {
  /** Default: every method. */
  method?: string;
  /** A path without query, `*` standing for anything: `/v1/sessions/*`. Default: every path of the API. */
  path?: string;
  /** How many requests it meets before it is used up. Default: every one until it is removed. */
  times?: number;
}

/** What goes wrong, on the real socket. The operation itself runs for `delay`, `stall-body` and `drip`. */
export type Misbehaviour =
  /** Another answer, as a proxy or an overloaded service gives it. */
  | { kind: 'status'; status: number; body?: string; contentType?: string; headers?: Record<string, string> }
  /** A redirect. Status: 302 by default. */
  | { kind: 'redirect'; to: string; status?: number }
  /** The request is read and never answered. */
  | { kind: 'hang' }
  /** The connection is reset (TCP RST). */
  | { kind: 'reset' }
  /** The answer begins: status, headers and half of the body. The rest never comes. */
  | { kind: 'stall-body' }
  /** The answer comes a byte at a time, one every `ms`. */
  | { kind: 'drip'; ms: number }
  /** The answer comes `ms` later, in real time. */
  | { kind: 'delay'; ms: number };

export type Fault = FaultTarget & Misbehaviour;
