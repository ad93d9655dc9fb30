import type { StytchOptionProblem } from '../errors/stytch-options.error.js';
import type { StytchProductName } from '../ports/product-name.js';
import type {
  AnySignInMethod,
  B2BSignInMethod,
  SignInMethod,
  SignInMethodEnvironment,
} from '../ports/sign-in-method.js';
import { describeValue } from './describe-value.js';
import type { ValueCheck } from './value-checks.js';

/** A method, or several that one factory makes. */
export type SignInMethodOption = SignInMethod | readonly SignInMethod[];
/** The same, for B2B projects. */
export type B2BSignInMethodOption = B2BSignInMethod | readonly B2BSignInMethod[];

const namePattern = /^[a-z][a-z0-9-]{0,31}$/;

export const signInMethods: ValueCheck = {
  accepts: (value) => Array.isArray(value) && value.flat().every(isSignInMethod),
  allowed: 'a list of sign-in methods',
  fix: 'Call the factories: methods: [magicLinks(), emailOtp()].',
};

function hasSteps({ start, finish, callbacks, findProblems }: Partial<AnySignInMethod>): boolean {
  const forms = [start, finish].filter((step) => step !== undefined);
  const links = Object.values(callbacks ?? {});
  const isRunnable = ({ run }: { readonly run?: unknown }) => typeof run === 'function';
  return (
    forms.length + links.length > 0 &&
    forms.every(({ fields }) => Array.isArray(fields)) &&
    [...forms, ...links].every(isRunnable) &&
    ['undefined', 'function'].includes(typeof findProblems)
  );
}

function isSignInMethod(value: unknown): boolean {
  const { name, expiresInMinutes, ...steps } = (value ?? {}) as Partial<AnySignInMethod>;
  const isTimed = Number.isInteger(expiresInMinutes) && Number(expiresInMinutes) > 0;
  return typeof name === 'string' && isTimed && hasSteps(steps);
}

/** What is wrong with the methods, and with the options that they were made with. */
export function findMethodProblems(
  given: readonly (AnySignInMethod | readonly AnySignInMethod[])[],
  expectedProduct: StytchProductName,
  environment: SignInMethodEnvironment,
): StytchOptionProblem[] {
  const methods: readonly AnySignInMethod[] = given.flat();
  const names = methods.map(({ name }) => name);
  const tokenTypes = methods.flatMap(({ callbacks = {} }) => Object.keys(callbacks));
  return [
    ...methods
      .filter(({ product = 'consumer' }) => product !== expectedProduct)
      .map((method) => ofAnotherProduct(method, expectedProduct)),
    ...names.filter((name) => !namePattern.test(name)).map(invalidName),
    ...repeatedOf(names).map((name) => repeated('name', name)),
    ...repeatedOf(tokenTypes).map((type) => repeated('stytch_token_type', type)),
    ...methods.flatMap((method) =>
      (method.findProblems?.(environment) ?? []).map((problem) => ({
        ...problem,
        path: problem.path in environment ? problem.path : `methods.${method.name}.${problem.path}`,
      })),
    ),
  ];
}

const factories: Readonly<Record<StytchProductName, string>> = {
  consumer: "a method of a consumer project, such as magicLinks() from 'nestjs-stytch'",
  b2b: "a method of a B2B project, such as emailMagicLinks() from 'nestjs-stytch/b2b'",
};

const ofAnotherProduct = (
  { name, product = 'consumer' }: AnySignInMethod,
  expected: StytchProductName,
): StytchOptionProblem => ({
  path: 'methods',
  given: `the method ${describeValue(name)}, which is for the product ${describeValue(product)}`,
  allowed: factories[expected],
  fix: 'Import the factories of all methods from the entry point that the module comes from.',
});

const repeatedOf = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value, at) => values.indexOf(value) !== at)),
];

const invalidName = (name: string): StytchOptionProblem => ({
  path: 'methods',
  given: `a method with the name ${describeValue(name)}`,
  allowed: 'lower-case letters, digits and hyphens, up to 32',
  fix: 'The name is part of the routes of the method, such as POST login/{name}/start.',
});

const repeated = (what: string, value: string): StytchOptionProblem => ({
  path: 'methods',
  given: `two methods with the ${what} ${describeValue(value)}`,
  allowed: 'one',
  fix: 'Remove one of them.',
});
