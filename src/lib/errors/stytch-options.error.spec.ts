import { StytchOptionsError, type StytchOptionProblem } from './stytch-options.error.js';

const duration: StytchOptionProblem = {
  path: 'session.durationMinutes',
  given: '4',
  allowed: 'a whole number from 5 to 527040',
  fix: 'Must be between 5 and 527040.',
};
const secret: StytchOptionProblem = {
  path: 'secret',
  given: 'nothing',
  allowed: 'a secret',
  fix: 'Set it.',
};

describe('StytchOptionsError', () => {
  it('describes one problem', () => {
    expect(new StytchOptionsError([duration]).message).toBe(
      [
        'nestjs-stytch: 1 option is invalid.',
        '  session.durationMinutes',
        '    given:   4',
        '    allowed: a whole number from 5 to 527040',
        '    fix:     Must be between 5 and 527040.',
      ].join('\n'),
    );
  });

  it('describes all problems in their order', () => {
    expect(new StytchOptionsError([secret, duration]).message).toBe(
      [
        'nestjs-stytch: 2 options are invalid.',
        '  secret',
        '    given:   nothing',
        '    allowed: a secret',
        '    fix:     Set it.',
        '  session.durationMinutes',
        '    given:   4',
        '    allowed: a whole number from 5 to 527040',
        '    fix:     Must be between 5 and 527040.',
      ].join('\n'),
    );
  });

  it('is an error with a name, a stable code and the problems', () => {
    const error = new StytchOptionsError([duration]);

    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.problems]).toEqual([
      'StytchOptionsError',
      'stytch_options_invalid',
      [duration],
    ]);
  });
});
