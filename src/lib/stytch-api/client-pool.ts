import type { Client } from 'stytch';
import type { Dispatcher } from 'undici';
import type { BoundedDispatcher, CallDispatcher } from './bounded-dispatcher.js';
import type { CallRecord } from './call-record.js';
import { createStytchClient, type StytchClientSettings } from './create-stytch-client.js';

/** What a call is made with: the SDK, or for what it does not offer its dispatcher. */
export interface PooledClient {
  readonly client: Client;
  readonly dispatcher: Dispatcher;
}

/** More calls at once are possible; this many clients stay in the pool for later ones. */
const maxIdleClients = 50;

/** Clients of our own, each for one call at a time, so that what the wire says can be told by call. */
export class StytchClientPool {
  private readonly idle: { client: Client; dispatcher: CallDispatcher }[] = [];

  constructor(
    private readonly settings: Omit<StytchClientSettings, 'dispatcher'>,
    private readonly dispatcher: BoundedDispatcher,
  ) {}

  /** Makes one call, and notes in the record what happens to it. */
  async use<Body>(record: CallRecord, send: (pooled: PooledClient) => Promise<Body>): Promise<Body> {
    const pooled = this.idle.pop() ?? this.create();
    pooled.dispatcher.call = record;
    try {
      return await send(pooled);
    } finally {
      pooled.dispatcher.call = undefined;
      if (this.idle.length < maxIdleClients) this.idle.push(pooled);
    }
  }

  private create() {
    const dispatcher = this.dispatcher.createCallDispatcher();
    return { client: createStytchClient({ ...this.settings, dispatcher }), dispatcher };
  }
}
