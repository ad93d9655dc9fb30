import { StytchOptionsError } from '../errors/stytch-options.error.js';
import { messages } from './messages.js';

describe('messages()', () => {
  it.each<[string, unknown, string]>([
    ['no options', undefined, 'credentialsOf'],
    ['no function', { credentialsOf: 'token' }, 'credentialsOf'],
    ['an unknown option', { credentialsOf: () => 'token', credentialOf: 1 }, 'credentialOf'],
  ])('throws for %s', (_, options, path) => {
    let thrown: unknown;
    try {
      messages(options as never);
    } catch (error) {
      thrown = error;
    }

    expect(thrown).toBeInstanceOf(StytchOptionsError);
    expect((thrown as StytchOptionsError).problems.map((problem) => problem.path)).toEqual([path]);
  });
});
