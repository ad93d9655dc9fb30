import { resolvedOptions } from '../../../test/support/resolved-options.js';
import { consumerProduct } from '../module/consumer-product.js';
import type { StytchModuleOptions } from '../options/module.options.js';
import { magicLinks } from './methods/magic-link/magic-links.js';
import { oauth } from './methods/oauth/oauth.js';
import { emailOtp } from './methods/otp/otps.js';
import { passwords } from './methods/password/passwords.js';
import { SignInMethods } from './sign-in-methods.js';

const methodsWith = (methods: StytchModuleOptions['methods']) =>
  new SignInMethods(
    resolvedOptions({ methods, publicToken: 'public-token-test-00000000-0000-4000-8000-000000000000' }),
    consumerProduct.product,
  );
const namesOf = (methods: readonly { readonly name: string }[]) => methods.map(({ name }) => name);

/** The forms of the sign-in page, and its links. */
function pageOf(given: StytchModuleOptions['methods']) {
  const methods = methodsWith(given);
  const offered = methods.offered();
  return { forms: namesOf(offered), links: namesOf(methods.linkedFrom(offered)) };
}

describe('the sign-in page', () => {
  it.each<[string, StytchModuleOptions['methods'], ReturnType<typeof pageOf>]>([
    ['the default', undefined, { forms: ['magic-link'], links: [] }],
    ['no method', [], { forms: [], links: [] }],
    [
      'several methods',
      [magicLinks(), emailOtp(), oauth(['google'])],
      { forms: ['magic-link', 'oauth'], links: ['email-otp'] },
    ],
    [
      'passwords first',
      [passwords(), emailOtp()],
      { forms: ['password'], links: ['password-reset', 'email-otp'] },
    ],
    ['passwords later', [magicLinks(), passwords()], { forms: ['magic-link'], links: ['password'] }],
    ['OAuth only', [oauth(['google'])], { forms: ['oauth'], links: [] }],
  ])(
    'has the form of the first method and buttons for choices, and links to others: %s',
    (_, given, page) => {
      expect(pageOf(given)).toEqual(page);
    },
  );

  it('links to the reset of a password only from the form for the password', () => {
    const methods = methodsWith([magicLinks(), passwords()]);
    const password = methods.requireStart('password');

    expect(namesOf(methods.linkedFrom([password]))).toEqual(['magic-link', 'password-reset']);
  });
});

describe('handlerOf', () => {
  const methods = methodsWith([magicLinks(), passwords()]);

  it.each([
    ['magic_links', 'magic-link'],
    ['impersonation', 'magic-link'],
    ['reset_password', 'password-reset'],
    ['login', 'password-reset'],
  ])('finds the method of the token type %s', (tokenType, name) => {
    expect(methods.handlerOf(tokenType)?.method.name).toBe(name);
  });

  it.each(['oauth', '', 'toString', '__proto__'])('finds no method for the type "%s"', (tokenType) => {
    expect(methods.handlerOf(tokenType)).toBeUndefined();
  });
});
