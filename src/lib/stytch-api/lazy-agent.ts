import type { Agent, Dispatcher } from 'undici';
import type { BoundedExchange } from './bounded-exchange.js';

/**
 * An agent that loads undici with its first request. Loading undici is a fifth of what this package adds to
 * the start of an application.
 */
export class LazyAgent {
  readonly #settings: Agent.Options;
  #agent: Promise<Agent> | undefined;

  constructor(settings: Agent.Options) {
    this.#settings = settings;
  }

  dispatch(request: Dispatcher.DispatchOptions, exchange: BoundedExchange): boolean {
    this.#agent ??= import('undici').then(({ Agent }) => new Agent(this.#settings));
    this.#agent.then(
      (agent) => agent.dispatch(request, exchange),
      (error: unknown) => {
        exchange.onResponseError(undefined, error as Error);
      },
    );
    return true;
  }

  async destroy(error: Error): Promise<void> {
    await (await this.#agent)?.destroy(error);
  }
}
