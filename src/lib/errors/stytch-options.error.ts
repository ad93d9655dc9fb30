/** One thing wrong with the options. */
export interface StytchOptionFault {
  /** Where: the option's path, e.g. `session.durationMinutes`. */
  readonly path: string;
  /** What was given, in words; secrets are masked. */
  readonly given: string;
  /** What is allowed. */
  readonly allowed: string;
  /** How to mend it. */
  readonly mend: string;
}

/**
 * Thrown at boot when the options cannot be right. It carries every fault at once, so that one
 * restart mends them all.
 */
export class StytchOptionsError extends Error {
  override readonly name = 'StytchOptionsError';
  readonly code = 'stytch_options_invalid';

  constructor(readonly faults: readonly StytchOptionFault[]) {
    super(
      [
        faults.length === 1
          ? 'StytchModule: one option is wrong.'
          : `StytchModule: ${faults.length} options are wrong.`,
        ...faults.map(
          ({ path, given, allowed, mend }) =>
            `  ${path}\n    given:   ${given}\n    allowed: ${allowed}\n    to mend: ${mend}`,
        ),
      ].join('\n'),
    );
  }
}
