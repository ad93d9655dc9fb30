/** A problem with one option. */
export interface StytchOptionProblem {
  /** For example `session.durationMinutes`. */
  readonly path: string;
  /** Describes the given value. Secrets are masked. */
  readonly given: string;
  readonly allowed: string;
  readonly fix: string;
}

/** Thrown at startup if the options are invalid. Lists all problems. */
export class StytchOptionsError extends Error {
  override readonly name = 'StytchOptionsError';
  readonly code = 'stytch_options_invalid';

  constructor(readonly problems: readonly StytchOptionProblem[]) {
    const count = problems.length === 1 ? '1 option is' : `${problems.length} options are`;
    super([`nestjs-stytch: ${count} invalid.`, ...problems.map(format)].join('\n'));
  }
}

const format = ({ path, given, allowed, fix }: StytchOptionProblem) =>
  `  ${path}\n    given:   ${given}\n    allowed: ${allowed}\n    fix:     ${fix}`;
