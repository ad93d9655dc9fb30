/** A problem with one option. */
export interface StytchOptionProblem {
  /** The path of the option, for example `session.durationMinutes`. */
  readonly path: string;
  /** Describes the given value. Secrets are masked. */
  readonly given: string;
  /** What the option accepts, as a noun phrase. */
  readonly allowed: string;
  /** What to change, as sentences. */
  readonly fix: string;
}

/** Thrown while the application starts, if options are invalid or contradict each other. Lists all problems. */
export class StytchOptionsError extends Error {
  override readonly name = 'StytchOptionsError';
  /** The same for every error of this class. */
  readonly code = 'stytch_options_invalid';

  constructor(
    /** All problems that were found. */
    readonly problems: readonly StytchOptionProblem[],
  ) {
    const count = problems.length === 1 ? '1 option is' : `${problems.length} options are`;
    super([`nestjs-stytch: ${count} invalid.`, ...problems.map(format)].join('\n'));
  }
}

const format = ({ path, given, allowed, fix }: StytchOptionProblem) =>
  `  ${path}\n    given:   ${given}\n    allowed: ${allowed}\n    fix:     ${fix}`;
