import type { INestApplication, LoggerService } from '@nestjs/common';

/** A logger that records what is logged. Attach it before the application starts. */
export class CapturedLog implements LoggerService {
  readonly lines: string[] = [];

  readonly log = this.record('log');
  readonly error = this.record('error');
  readonly warn = this.record('warn');
  readonly debug = this.record('debug');
  readonly verbose = this.record('verbose');

  attachTo = (app: INestApplication): void => {
    app.useLogger(this);
  };

  private record(level: string) {
    return (message: unknown, ...more: unknown[]) => {
      const texts = [message, ...more].map((part) =>
        part instanceof Error ? `${part.message} ${part.stack ?? ''}` : String(part),
      );
      this.lines.push([level, ...texts].join(' '));
    };
  }
}
