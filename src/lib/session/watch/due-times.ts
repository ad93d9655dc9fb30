interface Due<Item> {
  readonly atMs: number;
  readonly item: Item;
}

/** Items by the time at which they are due, as a binary heap: adding and taking one costs O(log n). */
export class DueTimes<Item> {
  readonly #heap: Due<Item>[] = [];

  get size(): number {
    return this.#heap.length;
  }

  add(item: Item, atMs: number): void {
    const due = { atMs, item };
    let at = this.#heap.push(due) - 1;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = this.#heap[parentAt];
      if (parent === undefined || parent.atMs <= atMs) break;
      this.#heap[at] = parent;
      at = parentAt;
    }
    this.#heap[at] = due;
  }

  /** Removes and returns the items that are due, earliest first. */
  takeDue(nowMs: number): Item[] {
    const items: Item[] = [];
    for (let first = this.#heap[0]; first !== undefined && first.atMs <= nowMs; first = this.#heap[0]) {
      items.push(first.item);
      this.removeFirst();
    }
    return items;
  }

  clear(): void {
    this.#heap.length = 0;
  }

  private removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    let at = 0;
    for (;;) {
      const child = this.earlierChildOf(at);
      if (child === undefined || child.due.atMs >= last.atMs) break;
      this.#heap[at] = child.due;
      at = child.at;
    }
    this.#heap[at] = last;
  }

  private earlierChildOf(parentAt: number): { at: number; due: Due<Item> } | undefined {
    const at = 2 * parentAt + 1;
    const left = this.#heap[at];
    const right = this.#heap[at + 1];
    if (left === undefined) return undefined;
    return right !== undefined && right.atMs < left.atMs ? { at: at + 1, due: right } : { at, due: left };
  }
}
