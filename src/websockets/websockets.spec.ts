import { StytchOptionsError } from '../lib/index.js';
import { websockets } from './websockets.js';

describe('websockets()', () => {
  it.each<[string, unknown, string[]]>([
    ['no object', 10, ['(options)']],
    ['a time that is too short', { admissionTimeoutSeconds: 0 }, ['admissionTimeoutSeconds']],
    ['a time that is too long', { admissionTimeoutSeconds: 61 }, ['admissionTimeoutSeconds']],
    ['a time that is no whole number', { admissionTimeoutSeconds: 1.5 }, ['admissionTimeoutSeconds']],
    ['a number as text', { maxPendingAdmissions: '10' }, ['maxPendingAdmissions']],
    ['no limit', { maxPendingAdmissions: Infinity }, ['maxPendingAdmissions']],
    ['an unknown option', { maxPending: 10 }, ['maxPending']],
    [
      'several problems',
      { admissionTimeoutSeconds: null, maxPendingAdmissions: -1, origins: [] },
      ['admissionTimeoutSeconds', 'maxPendingAdmissions', 'origins'],
    ],
  ])('throws for %s, with all problems', (_, options, paths) => {
    let thrown: unknown;
    try {
      websockets(options as never);
    } catch (error) {
      thrown = error;
    }

    expect(thrown).toBeInstanceOf(StytchOptionsError);
    expect((thrown as StytchOptionsError).problems.map(({ path }) => path)).toEqual(paths);
  });
});
