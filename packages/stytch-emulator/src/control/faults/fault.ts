/** Which requests a fault applies to. */
export interface FaultTarget {
  /** Default: every method. */
  method?: string;
  /** A path without query; `*` matches any text, as in `/v1/sessions/*`. Default: every path of the API. */
  path?: string;
  /** How many requests it applies to before it is removed. Default: no limit. */
  times?: number;
}

/** What goes wrong, on the real socket. The operation itself runs for `delay`, `stall-body` and `drip`. */
export type FaultEffect =
  /** Another response, as from a proxy or an overloaded service. */
  | { kind: 'status'; status: number; body?: string; contentType?: string; headers?: Record<string, string> }
  /** A redirect. Status: 302 by default. */
  | { kind: 'redirect'; to: string; status?: number }
  /** The request is read, and no response is sent. */
  | { kind: 'hang' }
  /** The connection is reset (TCP RST). */
  | { kind: 'reset' }
  /** Status, headers and half of the body are sent, and nothing more. */
  | { kind: 'stall-body' }
  /** The body is sent one byte at a time, every `ms`. */
  | { kind: 'drip'; ms: number }
  /** The response is sent `ms` later, in real time. */
  | { kind: 'delay'; ms: number };

/** What goes wrong, for which requests. */
export type Fault = FaultTarget & FaultEffect;
