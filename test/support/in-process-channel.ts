import type {
  RevocationChannel,
  RevocationConnection,
  RevocationListener,
  RevocationNotice,
} from 'nestjs-stytch';

/** A channel between the applications of one test, which can fail as a server between them could. */
export class InProcessChannel implements RevocationChannel {
  /** What was published, by namespace. */
  readonly published = new Map<string, RevocationNotice[]>();
  /** How the next calls to `publish` end. */
  publishing: 'confirmed' | 'rejected' | 'hanging' = 'confirmed';
  reading: 'complete' | 'rejected' | 'hanging' = 'complete';
  #listeners = new Map<RevocationListener, string>();
  #isUp = true;

  connect(namespace: string, listener: RevocationListener): RevocationConnection {
    this.#listeners.set(listener, namespace);
    if (this.#isUp)
      queueMicrotask(() => {
        listener.connected();
      });
    return {
      publish: (notices) => this.publish(namespace, notices),
      recent: () => this.recent(namespace),
      close: () => {
        this.#listeners.delete(listener);
        return Promise.resolve();
      },
    };
  }

  /** How many applications are connected or wait to be. */
  get connections(): number {
    return this.#listeners.size;
  }

  goDown(): void {
    this.#isUp = false;
    this.publishing = 'rejected';
    for (const listener of this.#listeners.keys()) listener.disconnected();
  }

  comeBack(): void {
    this.#isUp = true;
    this.publishing = 'confirmed';
    for (const listener of this.#listeners.keys()) listener.connected();
  }

  private async publish(namespace: string, notices: readonly RevocationNotice[]): Promise<void> {
    if (this.publishing === 'hanging') return new Promise(() => undefined);
    await Promise.resolve();
    if (this.publishing === 'rejected') throw new Error('connection refused: ada@example.com');
    this.published.set(namespace, [...(this.published.get(namespace) ?? []), ...notices]);
    for (const [listener, ofListener] of this.#listeners) {
      if (ofListener === namespace) for (const notice of notices) listener.received(notice);
    }
  }

  private async *recent(namespace: string): AsyncGenerator<readonly RevocationNotice[]> {
    if (this.reading === 'hanging') await new Promise(() => undefined);
    await Promise.resolve();
    if (this.reading === 'rejected') throw new Error('connection reset: ada@example.com');
    yield this.published.get(namespace) ?? [];
  }
}
