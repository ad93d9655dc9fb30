import type { RevocationConnection, RevocationListener, RevocationNotice } from 'nestjs-stytch';

/** Records what a channel tells an instance. */
export class RecordingInstance implements RevocationListener {
  readonly keys: string[] = [];
  readonly changes: string[] = [];
  connection!: RevocationConnection;

  received({ key }: RevocationNotice): void {
    this.keys.push(key);
  }

  connected(): void {
    this.changes.push('connected');
  }

  disconnected(): void {
    this.changes.push('disconnected');
  }

  /** The notices that are kept. */
  async recent(): Promise<RevocationNotice[]> {
    const pages: RevocationNotice[][] = [];
    for await (const page of this.connection.recent()) pages.push([...page]);
    return pages.flat();
  }
}
