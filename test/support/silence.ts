import type { LoggerService } from '@nestjs/common';

/** A logger that says nothing: what an application logs is looked at in tests of its own. */
export const silence: LoggerService = {
  log: () => undefined,
  error: () => undefined,
  warn: () => undefined,
  debug: () => undefined,
  verbose: () => undefined,
};
