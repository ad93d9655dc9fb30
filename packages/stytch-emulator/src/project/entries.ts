import { EntryIndex } from './entry-index.js';

/** The mutable version of a stored value. */
export type Editable<Value> = Value extends readonly (infer Item)[]
  ? Editable<Item>[]
  : Value extends object
    ? { -readonly [Key in keyof Value]: Editable<Value[Key]> }
    : Value;

/** An entry that was changed, or `null` for one that was deleted. */
export type EntryChange = readonly [id: string, entry: object | null];

/** What changed in one collection. */
export type CollectionChange = readonly [collection: string, ...change: EntryChange];

/** What is stored of a project under one name, without the type of its entries. */
export interface Collection {
  /** All entries with their ids. */
  stored(): EntryChange[];
  /** Replaces all entries with stored ones. They count as unchanged. */
  restore(entries: readonly object[]): void;
  /** What was changed since the last call. */
  takeChanges(): EntryChange[];
  clear(): void;
}

/**
 * Stored entries by id, in the order of their creation, which records those that change: so a change costs
 * the same, however many entries there are. Entries are read-only, except to the caller of `edit()`.
 */
export class Entries<Entry extends object> implements Collection {
  private entries = new Map<string, Entry>();
  private readonly changedIds = new Set<string>();
  private readonly indexes: EntryIndex<Entry>[] = [];

  constructor(private readonly idOf: (entry: Entry) => string) {}

  get size(): number {
    return this.entries.size;
  }

  all(): Entry[] {
    return [...this.entries.values()];
  }

  stored(): EntryChange[] {
    return [...this.entries];
  }

  get(id: string): Entry | undefined {
    return this.entries.get(id);
  }

  find(isWanted: (entry: Entry) => boolean): Entry | undefined {
    for (const entry of this.entries.values()) if (isWanted(entry)) return entry;
    return undefined;
  }

  /** @param keysOf each key belongs to one entry at most */
  indexBy(keysOf: (entry: Entry) => readonly string[]): EntryIndex<Entry> {
    const index = new EntryIndex((id) => this.entries.get(id), keysOf);
    for (const id of this.entries.keys()) index.markChanged(id);
    this.indexes.push(index);
    return index;
  }

  /** Adds the entry, or replaces the one with its id. */
  set(entry: Entry): void {
    const id = this.idOf(entry);
    this.entries.set(id, entry);
    this.markChanged(id);
  }

  /** The same object, to be changed now. An object that is not stored can be changed too. */
  edit(entry: Entry): Editable<Entry> {
    const id = this.idOf(entry);
    if (this.entries.get(id) === entry) this.markChanged(id);
    return entry as Editable<Entry>;
  }

  /** @returns whether there was such an entry */
  delete(entry: Entry): boolean {
    const id = this.idOf(entry);
    if (!this.entries.delete(id)) return false;
    this.markChanged(id);
    return true;
  }

  clear(): void {
    for (const entry of this.all()) this.delete(entry);
  }

  restore(entries: readonly object[]): void {
    const before = [...this.entries.keys()];
    this.entries = new Map((entries as readonly Entry[]).map((entry) => [this.idOf(entry), entry]));
    for (const id of [...before, ...this.entries.keys()]) this.markChanged(id);
    this.changedIds.clear();
  }

  takeChanges(): EntryChange[] {
    const changes = [...this.changedIds].map((id): EntryChange => [id, this.entries.get(id) ?? null]);
    this.changedIds.clear();
    return changes;
  }

  private markChanged(id: string): void {
    this.changedIds.add(id);
    for (const index of this.indexes) index.markChanged(id);
  }
}
