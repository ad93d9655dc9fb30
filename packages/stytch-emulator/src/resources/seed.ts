import { EmulatorError } from '../emulator-error.js';
import { isObject, parseJsonObject } from '../wire/json.js';
import { type Resource } from './resource.js';
import { type Product } from '../project/product.js';
import { type StytchB2BEmulatorSeed } from './b2b/create-b2b.js';
import { type StytchEmulatorSeed } from './consumer/create-consumer.js';

/** The seed of a project of any product. */
export type AnySeed = StytchEmulatorSeed | StytchB2BEmulatorSeed;

/** @throws {EmulatorError} `emulator_seed_invalid` if the text is not a JSON object */
export function parseSeed(text: string): AnySeed {
  return (parseJsonObject(text) as AnySeed | undefined) ?? invalidSeed(['it is not a JSON object']);
}

/** @throws {EmulatorError} `emulator_seed_invalid`; the message names every invalid entry and field */
export function checkSeed(seed: unknown, product: Product, resources: readonly Resource[]): void {
  if (!isObject(seed)) {
    return invalidSeed(['it must be an object such as { "users": [{ "email": "ada@example.com" }] }']);
  }
  const problems = Object.entries(seed).flatMap(([name, part]) => {
    if (name === 'product') return part === product ? [] : [`the product of the project is ${product}`];
    const resource = resources.find((candidate) => candidate.name === name);
    if (!resource?.seed) return [`"${name}" is unknown`];
    return part === undefined ? [] : resource.seed.problemsOf(part).map((problem) => `${name}${problem}`);
  });
  if (problems.length > 0) invalidSeed(problems);
}

/**
 * Creates the seeded entries that do not exist yet.
 *
 * @throws {EmulatorError} `emulator_seed_invalid` if entries conflict
 */
export function loadSeed(seed: AnySeed, resources: readonly Resource[]): void {
  const partsByName: Readonly<Record<string, unknown>> = { ...seed };
  const problems = resources.flatMap(({ name, seed: part }) => part?.load(partsByName[name]) ?? []);
  if (problems.length > 0) invalidSeed(problems);
}

function invalidSeed(problems: string[]): never {
  throw new EmulatorError(
    'emulator_seed_invalid',
    `The seed is invalid: ${problems.join('; ').replace(/\.$/, '')}.`,
  );
}
