import { createHash } from 'node:crypto';
import { type Collection, type CollectionChange } from '../project/entries.js';
import { toWireJson } from '../wire/json.js';
import { type WebhookAction, type WebhookObjectType } from './webhook.js';

/** The objects of one type that a resource stores. */
export interface WebhookObjects {
  readonly objectType: WebhookObjectType;
  /** The object as the API returns it; undefined if it was deleted. */
  find(id: string): object | undefined;
}

/** The objects of one type, with the collection that they are stored in. */
export interface StoredObjects extends WebhookObjects {
  readonly collection: string;
  readonly entries: Collection;
}

export interface ObjectChange {
  readonly objectType: WebhookObjectType;
  readonly id: string;
  readonly action: WebhookAction;
  /** Undefined if it was deleted. */
  readonly object: object | undefined;
}

/**
 * Tells what changed about objects. An entry can change without that the API shows it, for example by a wrong
 * password, so their digests are compared.
 */
export class ObjectChanges {
  private readonly byCollection: ReadonlyMap<string, StoredObjects>;
  private readonly digests = new Map<string, string>();

  constructor(objects: readonly StoredObjects[]) {
    this.byCollection = new Map(objects.map((stored) => [stored.collection, stored]));
  }

  /** Later changes are relative to what exists now. */
  takeSnapshot(): void {
    this.digests.clear();
    for (const objects of this.byCollection.values()) {
      for (const [id] of objects.entries.stored()) this.update(id, objects.find(id));
    }
  }

  /** Each object counts once, however often it changed. */
  of(changes: readonly CollectionChange[]): ObjectChange[] {
    return changes.flatMap(([collection, id]): ObjectChange[] => {
      const objects = this.byCollection.get(collection);
      if (objects === undefined) return [];
      const object = objects.find(id);
      const action = this.update(id, object);
      return action === undefined ? [] : [{ objectType: objects.objectType, id, action, object }];
    });
  }

  /** Undefined if nothing changed. */
  private update(id: string, object: object | undefined): WebhookAction | undefined {
    const before = this.digests.get(id);
    if (object === undefined) {
      this.digests.delete(id);
      return before === undefined ? undefined : 'DELETE';
    }
    const digest = createHash('sha256').update(toWireJson(object)).digest('base64');
    this.digests.set(id, digest);
    if (before === undefined) return 'CREATE';
    return before === digest ? undefined : 'UPDATE';
  }
}
