import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { StytchProduct } from '../ports/stytch-product.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { BoundedDispatcher, type CallDispatcher, type RequestDispatcher } from './bounded-dispatcher.js';
import type { OutgoingCall } from './call-record.js';
import { createStytchClient } from './create-stytch-client.js';

/** The SDK client of one call, and its dispatcher for requests that the SDK does not offer. */
export interface PooledClient<SdkClient = object> {
  readonly client: SdkClient;
  readonly dispatcher: RequestDispatcher;
}

/**
 * One SDK client per in-flight call, so that the transport's status and headers can be attributed to
 * that call. Idle clients are kept; the queues limit how many calls are in flight.
 */
@Injectable()
export class StytchClientPool<SdkClient extends object = object> {
  readonly #idle: { client: SdkClient; dispatcher: CallDispatcher }[] = [];

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly dispatcher: BoundedDispatcher,
    private readonly product: StytchProduct<SdkClient>,
  ) {}

  /** Makes one call and fills in its record with what the transport reports. */
  async use<Body>(
    call: OutgoingCall,
    send: (pooled: PooledClient<SdkClient>) => Promise<Body>,
  ): Promise<Body> {
    const pooled = this.#idle.pop() ?? this.create();
    pooled.dispatcher.call = call;
    try {
      return await send(pooled);
    } finally {
      pooled.dispatcher.call = undefined;
      this.#idle.push(pooled);
    }
  }

  private create() {
    const { projectId, secret, apiUrl } = this.options;
    const dispatcher = this.dispatcher.createCallDispatcher();
    const settings = { projectId, secret, apiUrl, dispatcher };
    return { client: createStytchClient(this.product.SdkClient, settings), dispatcher };
  }
}
