import type { Clock } from '../ports/clock.js';

/** Short enough that a session which has ended is noticed within an operation that goes on. */
const sharedForMs = 1_000;

interface SharedResult {
  readonly atMs: number;
  readonly result: unknown;
}

/** What calls share that belong together, such as the thousand fields of one GraphQL operation. */
export class SharedResults {
  readonly #byOwner = new WeakMap<object, Map<string, SharedResult>>();

  constructor(private readonly clock: Clock) {}

  /** @param key what the result depends on besides the owner. A promise is shared before it has settled. */
  get<Result>(owner: object, key: string, compute: () => Result): Result {
    const nowMs = this.clock.monotonicMs();
    let results = this.#byOwner.get(owner);
    if (results === undefined) this.#byOwner.set(owner, (results = new Map<string, SharedResult>()));
    const shared = results.get(key);
    if (shared !== undefined && nowMs - shared.atMs < sharedForMs) return shared.result as Result;
    const result = compute();
    results.set(key, { atMs: nowMs, result });
    return result;
  }
}
