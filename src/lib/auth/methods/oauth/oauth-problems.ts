import type { StytchOptionProblem } from '../../../errors/stytch-options.error.js';
import { describeValue } from '../../../options/describe-value.js';
import type { SignInMethodEnvironment } from '../../../ports/sign-in-method.js';

/** @param known the providers of the product, by name */
export function findProviderProblems(
  providers: unknown,
  known: Readonly<Record<string, string>>,
): StytchOptionProblem[] {
  const isValid =
    Array.isArray(providers) &&
    providers.length > 0 &&
    providers.every((name) => typeof name === 'string' && Object.hasOwn(known, name)) &&
    new Set(providers).size === providers.length;
  if (isValid) return [];
  return [
    {
      path: 'providers',
      given: describeValue(providers),
      allowed: `a list of one or more of ${Object.keys(known).join(', ')}`,
      fix: "Name each provider once: oauth(['google', 'github']).",
    },
  ];
}

export function findMissingToken({ publicToken }: SignInMethodEnvironment): StytchOptionProblem[] {
  if (publicToken !== undefined) return [];
  return [
    {
      path: 'publicToken',
      given: describeValue(publicToken),
      allowed: 'public-token-test-… or public-token-live-…',
      fix: 'oauth() needs the public token from the API keys of the same project (STYTCH_PUBLIC_TOKEN).',
    },
  ];
}
