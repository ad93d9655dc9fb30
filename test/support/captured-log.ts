import type { INestApplication, LoggerService } from '@nestjs/common';

/** A logger that keeps what it is told; hand it to an application before it starts. */
export class CapturedLog implements LoggerService {
  readonly lines: string[] = [];

  readonly log = this.keep('log');
  readonly error = this.keep('error');
  readonly warn = this.keep('warn');
  readonly debug = this.keep('debug');
  readonly verbose = this.keep('verbose');

  attachTo = (app: INestApplication): void => {
    app.useLogger(this);
  };

  private keep(level: string) {
    return (message: unknown, ...more: unknown[]) => {
      const inFull = [message, ...more].map((part) =>
        part instanceof Error ? `${part.message} ${part.stack ?? ''}` : String(part),
      );
      this.lines.push([level, ...inFull].join(' '));
    };
  }
}
