/** Why the emulator failed. */
export type EmulatorErrorCode =
  /** The emulator does not run with `NODE_ENV=production`. */
  | 'emulator_refuses_production'
  /** An option is invalid; the message names it. */
  | 'emulator_options_invalid'
  /** The seed is invalid; the message names the entry and the field. */
  | 'emulator_seed_invalid'
  /** Another process listens on the port. */
  | 'emulator_port_taken'
  /** Listening failed for another reason, for example an invalid host. */
  | 'emulator_cannot_listen'
  /** The state file in the data directory is damaged or was written by another version. */
  | 'emulator_state_unreadable'
  /** The state could not be written, for example because the disk is full. The change was undone. */
  | 'emulator_state_not_written'
  /** Another emulator uses the data directory. */
  | 'emulator_data_directory_in_use'
  /** No message arrived within the timeout. */
  | 'emulator_no_message'
  /** There is no user with this id. */
  | 'emulator_user_not_found'
  /** There is no client with this id. */
  | 'emulator_client_not_found'
  /** There is no organization with this id or slug. */
  | 'emulator_organization_not_found'
  /** The organization has no member with this id. */
  | 'emulator_member_not_found'
  /** There is no webhook delivery with this id. */
  | 'emulator_delivery_not_found'
  /** The emulator was closed. */
  | 'emulator_closed';

/** Thrown to the code that runs the emulator. HTTP clients receive Stytch's error responses instead. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';

  constructor(
    /** Stable, for programs. The message is for people and may change. */
    readonly code: EmulatorErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The `code` of an error thrown by Node. Avoids `instanceof Error`, which fails across Jest's realms. */
export function codeOf(error: unknown): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
