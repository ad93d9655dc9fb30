import type { LoggerService } from '@nestjs/common';

/** A logger that discards everything. Specs about the log use CapturedLog. */
export const silence: LoggerService = {
  log: () => undefined,
  error: () => undefined,
  warn: () => undefined,
  debug: () => undefined,
  verbose: () => undefined,
};
