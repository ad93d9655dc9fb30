/** Why the emulator refused. */
export type EmulatorErrorCode =
  /** It never runs with `NODE_ENV=production`. */
  | 'emulator_refuses_production'
  /** An option is wrong; the message names it. */
  | 'emulator_options_invalid'
  /** The seed is wrong; the message names the entry and the field. */
  | 'emulator_seed_invalid'
  /** Another process listens on the port already. */
  | 'emulator_port_taken'
  /** The host or the port cannot be listened on, for another reason than that it is taken. */
  | 'emulator_cannot_listen'
  /** `hono` and `@hono/node-server`, optional dependencies of this package, are not installed. */
  | 'emulator_packages_missing'
  /** The file in the data directory cannot be read as the state of an emulator. */
  | 'emulator_state_unreadable'
  /** No message came while somebody waited for one. */
  | 'emulator_no_message'
  /** There is no user with this id. */
  | 'emulator_user_not_found'
  /** The emulator was closed. */
  | 'emulator_closed';

/** What the emulator throws at the code that runs it. What it answers over HTTP are Stytch's own errors. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';

  constructor(
    /** Stable; made for machines. The message is for people and may change. */
    readonly code: EmulatorErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The `code` of an error that Node threw. It need not be an `Error` here: Jest gives its tests classes of their own. */
export function codeOf(error: unknown): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
