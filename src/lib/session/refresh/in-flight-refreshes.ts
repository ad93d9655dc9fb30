import { Injectable } from '@nestjs/common';
import type { SessionResult } from '../session-result.js';

/** Coalesces calls: requests that need the same session share one call. */
@Injectable()
export class InFlightRefreshes {
  readonly #promises = new Map<string, Promise<SessionResult>>();

  has(key: string): boolean {
    return this.#promises.has(key);
  }

  /** Returns the promise of the call in flight for `key`, or starts one. */
  coalesce(key: string, refresh: () => Promise<SessionResult>): Promise<SessionResult> {
    let promise = this.#promises.get(key);
    if (promise === undefined) {
      promise = refresh().finally(() => this.#promises.delete(key));
      this.#promises.set(key, promise);
    }
    return promise;
  }
}
