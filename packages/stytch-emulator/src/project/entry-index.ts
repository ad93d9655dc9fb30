/**
 * Finds entries by keys of which each belongs to one entry at most, without a search: so a lookup costs the same,
 * however many entries there are. Entries that have changed are read again before the next lookup.
 */
export class EntryIndex<Entry> {
  private readonly idByKey = new Map<string, string>();
  private readonly keysById = new Map<string, readonly string[]>();
  private readonly changedIds = new Set<string>();

  constructor(
    private readonly entryOf: (id: string) => Entry | undefined,
    private readonly keysOf: (entry: Entry) => readonly string[],
  ) {}

  get(key: string): Entry | undefined {
    this.update();
    const id = this.idByKey.get(key);
    return id === undefined ? undefined : this.entryOf(id);
  }

  markChanged(id: string): void {
    this.changedIds.add(id);
  }

  private update(): void {
    // First all removals: a key may have moved from one entry to another.
    for (const id of this.changedIds) {
      for (const key of this.keysById.get(id) ?? []) this.idByKey.delete(key);
      this.keysById.delete(id);
    }
    for (const id of this.changedIds) {
      const entry = this.entryOf(id);
      if (entry === undefined) continue;
      const keys = this.keysOf(entry);
      this.keysById.set(id, keys);
      for (const key of keys) this.idByKey.set(key, id);
    }
    this.changedIds.clear();
  }
}
