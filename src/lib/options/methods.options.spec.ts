import type { AnySignInMethod } from '../ports/sign-in-method.js';
import { findMethodProblems } from './methods.options.js';

const run = () => Promise.resolve({ kind: 'sent' } as const);
const methodFor = (product?: 'consumer' | 'b2b'): AnySignInMethod => ({
  name: 'ticket',
  ...(product && { product }),
  expiresInMinutes: 5,
  start: { fields: [], button: 'Sign in', run },
});

describe('the product of a method', () => {
  it.each([
    ['consumer', undefined],
    ['consumer', 'consumer'],
    ['b2b', 'b2b'],
  ] as const)('may be, in a project of the product %s, %s', (product, own) => {
    expect(findMethodProblems([methodFor(own)], product, { publicToken: undefined })).toEqual([]);
  });

  it.each([
    ['consumer', 'b2b', "the method 'ticket', which is for the product 'b2b'"],
    ['b2b', 'consumer', "the method 'ticket', which is for the product 'consumer'"],
    ['b2b', undefined, "the method 'ticket', which is for the product 'consumer'"],
  ] as const)('may not be, in a project of the product %s, %s', (product, own, given) => {
    expect(findMethodProblems([[methodFor(own)]], product, { publicToken: undefined })).toEqual([
      {
        path: 'methods',
        given,
        allowed: expect.stringMatching(product === 'b2b' ? /emailMagicLinks\(\)/ : / magicLinks\(\)/),
        fix: 'Import the factories of all methods from the entry point that the module comes from.',
      },
    ]);
  });
});
