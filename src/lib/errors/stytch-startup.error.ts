/** A problem with the access decorators of a class or handler, such as one that Nest would not enforce. */
export interface StytchStartupProblem {
  /** The name of the class that has the problem. */
  readonly className: string;
  /** Absent if the problem concerns the whole class. */
  readonly methodName?: string;
  /** The end of a sentence that starts with the name of the class or method. */
  readonly problem: string;
  /** What to change, as sentences. */
  readonly fix: string;
}

/**
 * Thrown while the application starts, if a handler could run without the protection that its access decorators
 * declare, or if they contradict each other, so that they protect nothing or refuse everybody. Lists all problems.
 */
export class StytchStartupError extends Error {
  override readonly name = 'StytchStartupError';
  /** The same for every error of this class. */
  readonly code = 'stytch_startup_check_failed';

  constructor(
    /** All problems that were found. */
    readonly problems: readonly StytchStartupProblem[],
  ) {
    super(
      [
        `nestjs-stytch: the application can't start, because of ${countOf(problems.length)}.`,
        ...problems.map(
          ({ className, methodName, problem, fix }) =>
            `  ${methodName === undefined ? className : `${className}.${methodName}`} ${problem}.\n    fix: ${fix}`,
        ),
      ].join('\n'),
    );
  }
}

const countOf = (count: number) =>
  count === 1 ? 'a problem with an access decorator' : `${count} problems with access decorators`;
