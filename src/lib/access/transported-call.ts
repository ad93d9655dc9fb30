import type { ExecutionContext } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  httpClientOf,
  httpExchange,
  type HttpClient,
  type HttpExchange,
  type ResponseHeaders,
} from '../http/http-exchange.js';
import type { StytchTransport, TransportCall } from '../ports/transport.js';

/** A call to a handler. Over HTTP it is the exchange itself, so that it costs nothing. */
export type Call = HttpExchange | TransportedCall;

/** A call to a handler over another transport than HTTP, in the form that the steps of the guard read. */
export class TransportedCall implements HttpClient {
  readonly request: IncomingMessage;
  /** Absent where neither cookies nor headers can be written, or have been sent already. */
  readonly response: ServerResponse | undefined;
  readonly headers: ResponseHeaders | undefined;
  /** Undefined if the call came without a request. */
  readonly platformRequest: unknown;
  readonly target: object;
  readonly sharesAuthentication: boolean;
  readonly staysOpen: boolean;
  readonly #client: HttpClient;

  private constructor(
    readonly context: ExecutionContext,
    readonly transport: StytchTransport,
    client: HttpClient,
    { request, response, target, sharesAuthentication = false, staysOpen = false }: TransportCall,
  ) {
    const exchange = httpExchange(request, response);
    const isWritable = exchange?.response.headersSent === false;
    this.request = client.request;
    this.response = isWritable ? exchange.response : undefined;
    this.headers = isWritable ? exchange.headers : undefined;
    this.platformRequest = request;
    this.target = target;
    this.sharesAuthentication = sharesAuthentication;
    this.staysOpen = staysOpen;
    this.#client = client;
  }

  /** Undefined for a call that has no credentials where the transport looks for them. */
  static of(context: ExecutionContext, transport: StytchTransport): TransportedCall | undefined {
    const call = transport.callOf(context);
    if (call === undefined) return undefined;
    const client =
      call.bearerToken === undefined ? httpClientOf(call.request) : clientWithToken(call.bearerToken);
    return client && new TransportedCall(context, transport, client, call);
  }

  get clientIp(): string | undefined {
    return this.#client.clientIp;
  }
}

/** A token in a message is read as if it were in a header, with the same limits. */
export function clientWithToken(token: string): HttpClient {
  const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
  const request: Partial<IncomingMessage> = { method: 'POST', url: '/', headers };
  return { request: request as IncomingMessage, clientIp: undefined };
}
