import type { HandshakeCredentials } from './handshake.js';
import type { WebSocketsOptions } from './websockets.options.js';

/** What is known of the clients of gateways. Made with the transport, before the application. */
export class Connections {
  /** Undefined for a client that was refused, or whose session has ended. */
  readonly #credentials = new WeakMap<object, HandshakeCredentials | undefined>();

  constructor(readonly settings: Required<WebSocketsOptions>) {}

  /** Whether the application has passed the client to `admit()`. */
  has(client: object): boolean {
    return this.#credentials.has(client);
  }

  credentialsOf(client: object): HandshakeCredentials | undefined {
    return this.#credentials.get(client);
  }

  open(client: object, credentials: HandshakeCredentials): void {
    this.#credentials.set(client, credentials);
  }

  close(client: object): void {
    this.#credentials.set(client, undefined);
  }
}
