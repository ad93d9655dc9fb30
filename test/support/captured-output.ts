/** Records what is written to the console, stdout and stderr between begin and end. */
export class CapturedOutput {
  readonly written: string[] = [];
  private restore: (() => void)[] = [];

  begin(): void {
    for (const stream of [process.stdout, process.stderr]) {
      const { write } = stream;
      stream.write = (chunk: string | Uint8Array) => {
        this.written.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
        return true;
      };
      this.restore.push(() => {
        stream.write = write;
      });
    }
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      const { [method]: original } = console;
      console[method] = (...parts: unknown[]) => {
        this.written.push(parts.map(String).join(' '));
      };
      this.restore.push(() => {
        console[method] = original;
      });
    }
  }

  end(): void {
    this.restore.forEach((restore) => {
      restore();
    });
    this.restore = [];
  }
}
