/** An access decorator that Nest would not enforce. */
export interface StytchStartupProblem {
  readonly className: string;
  /** Absent if the problem concerns the whole class. */
  readonly methodName?: string;
  /** The end of a sentence that starts with the name of the class or method. */
  readonly problem: string;
  readonly fix: string;
}

/**
 * Thrown at startup if a handler could run without the protection that its decorators declare. Lists all
 * problems.
 */
export class StytchStartupError extends Error {
  override readonly name = 'StytchStartupError';
  readonly code = 'stytch_startup_check_failed';

  constructor(readonly problems: readonly StytchStartupProblem[]) {
    super(
      [
        `nestjs-stytch: the application can't start, because ${countOf(problems.length)}.`,
        ...problems.map(
          ({ className, methodName, problem, fix }) =>
            `  ${methodName === undefined ? className : `${className}.${methodName}`} ${problem}.\n    fix: ${fix}`,
        ),
      ].join('\n'),
    );
  }
}

const countOf = (count: number) =>
  count === 1
    ? 'one declaration of access would not be enforced'
    : `${count} declarations of access would not be enforced`;
