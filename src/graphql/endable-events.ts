type Reject = (error: Error) => void;

/** Events that can be ended from outside with an error, also while the next one is awaited. */
export class EndableEvents<Event> implements AsyncIterableIterator<Event> {
  readonly #events: AsyncIterator<Event>;
  readonly #stopWatching: () => void;
  /** Those that wait for the next event. A promise that all of them race would keep them for as long as it lives. */
  readonly #waiting = new Set<Reject>();
  #error: Error | undefined;
  #isDone = false;

  /** @param watch is given a function that ends the events; returns one that stops watching */
  constructor(events: AsyncIterable<Event>, watch: (end: (error: Error) => void) => () => void) {
    this.#events = events[Symbol.asyncIterator]();
    this.#stopWatching = watch((error) => {
      this.end(error);
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Event>> {
    this.throwOnce();
    if (this.#isDone) return { done: true, value: undefined };
    const result = await this.unlessEnded(this.#events.next());
    if (result.done === true) this.close();
    return result;
  }

  async return(): Promise<IteratorResult<Event>> {
    this.close();
    await this.#events.return?.();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<Event>> {
    this.close();
    if (this.#events.throw === undefined) throw error;
    return this.#events.throw(error);
  }

  private end(error: Error): void {
    if (this.#isDone) return;
    this.close();
    if (this.#waiting.size === 0) this.#error = error;
    for (const reject of this.#waiting) reject(error);
    // Not awaited: a generator that waits for an event returns only after it.
    Promise.resolve(this.#events.return?.()).catch(() => undefined);
  }

  private unlessEnded<Value>(value: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      value.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }

  private throwOnce(): void {
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw error;
  }

  private close(): void {
    this.#isDone = true;
    this.#stopWatching();
  }
}
