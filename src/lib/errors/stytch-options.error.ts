/** One thing wrong with the options. */
export interface StytchOptionProblem {
  /** Where: the option's path, e.g. `session.durationMinutes`. */
  readonly path: string;
  /** What was given, in words; secrets are masked. */
  readonly given: string;
  /** What is allowed. */
  readonly allowed: string;
  /** How to fix it. */
  readonly fix: string;
}

/**
 * Thrown at boot when the options cannot be right. It carries every problem at once, so that one
 * restart fixes them all.
 */
export class StytchOptionsError extends Error {
  override readonly name = 'StytchOptionsError';
  readonly code = 'stytch_options_invalid';

  constructor(readonly problems: readonly StytchOptionProblem[]) {
    super(
      [
        problems.length === 1
          ? 'StytchModule: one option is wrong.'
          : `StytchModule: ${problems.length} options are wrong.`,
        ...problems.map(
          ({ path, given, allowed, fix }) =>
            `  ${path}\n    given:   ${given}\n    allowed: ${allowed}\n    fix:     ${fix}`,
        ),
      ].join('\n'),
    );
  }
}
