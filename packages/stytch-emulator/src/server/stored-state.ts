import { type Credentials } from '../project/credentials.js';
import { type Collection, type CollectionChange, type EntryChange } from '../project/entries.js';
import { type SavedEntries, type StateLog } from './state-log.js';

/** The state of the emulator: collections in memory and, with a data directory, on disk. */
export class StoredState {
  constructor(
    private readonly credentials: Credentials,
    private readonly collections: Readonly<Record<string, Collection>>,
    private readonly log: StateLog | undefined,
  ) {}

  /** Replaces what is in memory. */
  restore(saved: SavedEntries | undefined): void {
    for (const [name, collection] of Object.entries(this.collections)) {
      collection.restore([...(saved?.get(name)?.values() ?? [])]);
    }
  }

  /**
   * Stores everything.
   *
   * @throws {EmulatorError} `emulator_state_not_written`
   */
  save(): void {
    this.log?.rewrite(
      this.credentials,
      this.ofAll((collection) => collection.stored()),
    );
    this.takeChanges();
  }

  /**
   * Stores what has changed. If it cannot be written, the state is what it was before.
   *
   * @returns what has changed
   * @throws {EmulatorError} `emulator_state_not_written`
   */
  commit(): readonly CollectionChange[] {
    const changes = this.takeChanges();
    if (this.log === undefined || changes.length === 0) return changes;
    try {
      this.log.append(changes);
    } catch (error) {
      this.restore(this.log.load()?.entries);
      throw error;
    }
    if (this.log.shouldRewrite) this.compact(this.log);
    return changes;
  }

  private compact(log: StateLog): void {
    try {
      this.save();
    } catch {
      // The change itself is stored.
      log.postponeRewrite();
    }
  }

  private takeChanges(): CollectionChange[] {
    return this.ofAll((collection) => collection.takeChanges());
  }

  private ofAll(read: (collection: Collection) => EntryChange[]): CollectionChange[] {
    return Object.entries(this.collections).flatMap(([name, collection]) =>
      read(collection).map((change): CollectionChange => [name, ...change]),
    );
  }
}
