import { Inject, Injectable } from '@nestjs/common';
import type { Client } from 'stytch';
import type { Dispatcher } from 'undici';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { BoundedDispatcher, type CallDispatcher } from './bounded-dispatcher.js';
import type { CallRecord } from './call-record.js';
import { createStytchClient } from './create-stytch-client.js';

/** The SDK client of one call, and its dispatcher for requests that the SDK does not offer. */
export interface PooledClient {
  readonly client: Client;
  readonly dispatcher: Dispatcher;
}

/** Limits the idle clients only, not the number of concurrent calls. */
const maxIdleClients = 50;

/**
 * One SDK client per in-flight call, so that the transport's status and headers can be attributed to
 * that call.
 */
@Injectable()
export class StytchClientPool {
  private readonly idle: { client: Client; dispatcher: CallDispatcher }[] = [];

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly dispatcher: BoundedDispatcher,
  ) {}

  /** Makes one call and fills in `record` with what the transport reports. */
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
    const { projectId, secret, apiUrl } = this.options;
    const dispatcher = this.dispatcher.createCallDispatcher();
    return { client: createStytchClient({ projectId, secret, apiUrl, dispatcher }), dispatcher };
  }
}
