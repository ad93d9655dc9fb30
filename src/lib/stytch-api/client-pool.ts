import type { Client } from 'stytch';
import type { Dispatcher } from 'undici';
import type { BoundedDispatcher, Lane } from './bounded-dispatcher.js';
import type { CallRecord } from './call-record.js';
import { createStytchClient, type StytchClientSettings } from './create-stytch-client.js';

/** What a call is made with: the SDK, or for what it does not offer its dispatcher. */
export interface StytchLane {
  readonly client: Client;
  readonly dispatcher: Dispatcher;
}

/** More calls at once are made all the same; so many lanes are kept for the next ones. */
const mostIdle = 50;

/** Clients of our own, each for one call at a time, so that what the wire says can be told by call. */
export class StytchLanes {
  private readonly idle: { client: Client; dispatcher: Lane }[] = [];

  constructor(
    private readonly settings: Omit<StytchClientSettings, 'dispatcher'>,
    private readonly dispatcher: BoundedDispatcher,
  ) {}

  /** Makes one call, and notes in the record what happens to it. */
  async use<Body>(record: CallRecord, send: (lane: StytchLane) => Promise<Body>): Promise<Body> {
    const lane = this.idle.pop() ?? this.open();
    lane.dispatcher.call = record;
    try {
      return await send(lane);
    } finally {
      lane.dispatcher.call = undefined;
      if (this.idle.length < mostIdle) this.idle.push(lane);
    }
  }

  private open() {
    const dispatcher = this.dispatcher.newLane();
    return { client: createStytchClient({ ...this.settings, dispatcher }), dispatcher };
  }
}
