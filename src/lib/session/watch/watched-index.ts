import type { Watched } from './watched.js';

/** Finds what is watched by its key, and by the ids of its person and organization. */
export class WatchedIndex {
  readonly #byKey = new Map<string, Watched>();
  readonly #byId = new Map<string, Set<Watched>>();

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): Watched | undefined {
    return this.#byKey.get(key);
  }

  has(watched: Watched): boolean {
    return this.#byKey.get(watched.key) === watched;
  }

  /** @param id of a person or an organization */
  allOf(id: string): Watched[] {
    return [...(this.#byId.get(id) ?? [])];
  }

  add(watched: Watched): void {
    this.#byKey.set(watched.key, watched);
    for (const id of watched.ids) {
      const sameId = this.#byId.get(id);
      if (sameId === undefined) this.#byId.set(id, new Set([watched]));
      else sameId.add(watched);
    }
  }

  delete(watched: Watched): void {
    this.#byKey.delete(watched.key);
    for (const id of watched.ids) {
      const sameId = this.#byId.get(id);
      sameId?.delete(watched);
      if (sameId?.size === 0) this.#byId.delete(id);
    }
  }

  /** Also removes the watchers. */
  clear(): void {
    for (const { watchers } of this.#byKey.values()) watchers.clear();
    this.#byKey.clear();
    this.#byId.clear();
  }
}
