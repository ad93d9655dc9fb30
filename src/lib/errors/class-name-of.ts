/**
 * What a log says of an error of the application: the name of its class, not its message, which may contain personal
 * data.
 */
export const classNameOf = (error: unknown): string =>
  error instanceof Error ? error.constructor.name : typeof error;
