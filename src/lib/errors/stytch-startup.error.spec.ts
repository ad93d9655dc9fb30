import { StytchStartupError, type StytchStartupProblem } from './stytch-startup.error.js';

const onMethod: StytchStartupProblem = {
  className: 'Jobs',
  methodName: 'nightly',
  problem: 'is marked @Protected(), but Nest runs no guard before it',
  fix: 'Remove @Protected().',
};
const onClass: StytchStartupProblem = {
  className: 'Orders',
  problem: 'is marked @Protected() and @Public()',
  fix: 'Keep one of them.',
};

describe('StytchStartupError', () => {
  it('describes a problem of a method', () => {
    expect(new StytchStartupError([onMethod]).message).toBe(
      [
        "nestjs-stytch: the application can't start, because of a problem with an access decorator.",
        '  Jobs.nightly is marked @Protected(), but Nest runs no guard before it.',
        '    fix: Remove @Protected().',
      ].join('\n'),
    );
  });

  it('describes all problems in their order, of classes and methods', () => {
    expect(new StytchStartupError([onClass, onMethod]).message).toBe(
      [
        "nestjs-stytch: the application can't start, because of 2 problems with access decorators.",
        '  Orders is marked @Protected() and @Public().',
        '    fix: Keep one of them.',
        '  Jobs.nightly is marked @Protected(), but Nest runs no guard before it.',
        '    fix: Remove @Protected().',
      ].join('\n'),
    );
  });

  it('is an error with a name, a stable code and the problems', () => {
    const error = new StytchStartupError([onClass]);

    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.problems]).toEqual([
      'StytchStartupError',
      'stytch_startup_check_failed',
      [onClass],
    ]);
  });
});
