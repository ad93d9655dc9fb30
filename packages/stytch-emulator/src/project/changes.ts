/** What made a change: the API, or a control of the emulator that does what Stytch's dashboard does. */
export type ChangeSource = 'direct' | 'dashboard';

/** Notifies listeners that the state may have changed. */
export class Changes {
  private readonly listeners = new Set<(source: ChangeSource) => void>();

  emit(source: ChangeSource): void {
    for (const listener of this.listeners) listener(source);
  }

  /** @returns a function that removes the listener */
  listen(listener: (source: ChangeSource) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
