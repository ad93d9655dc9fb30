import { inspect } from 'node:util';
import { StytchOptionsError, type StytchOptionProblem } from '../errors/stytch-options.error.js';
import { findContradictions, type AcceptedOptions } from './contradictions.js';
import { describeSecret, describeValue } from './describe-value.js';
import type { OptionDefinition } from './option-definition.js';
import {
  isObject,
  listOptions,
  moduleSchemas,
  staticSchema,
  withValue,
  type OptionPlace,
  type OptionValues,
  type OptionSchema,
} from './option-schema.js';
import type { StytchProductName } from '../ports/product-name.js';
import { findMethodProblems } from './methods.options.js';
import { findUnknownOptions } from './unknown-options.js';

/** All problems of the options; empty if they are valid. */
export function checkOptions(
  options: unknown,
  staticOptions: unknown,
  product: StytchProductName = 'consumer',
): StytchOptionProblem[] {
  const moduleSchema = moduleSchemas[product];
  if (!isObject(options)) return [notAnObject(options)];
  const accepted = acceptedValues(options, moduleSchema);
  const staticValues = isObject(staticOptions) ? staticOptions : {};
  return [
    ...findInvalidGroups(options, moduleSchema),
    ...findInvalidValues(options, moduleSchema),
    ...findInvalidGroups(staticValues, staticSchema),
    ...findInvalidValues(staticValues, staticSchema),
    ...findUnknownOptions(options, moduleSchema),
    ...findUnknownOptions(staticValues, staticSchema),
    ...findContradictions(accepted),
    ...findMethodProblems(accepted.methods ?? [], product, { publicToken: accepted.publicToken }),
  ];
}

/** All problems of the options of a factory, such as `magicLinks()`. */
export function checkFactoryOptions(
  options: unknown,
  definitions: Readonly<Record<string, OptionDefinition>>,
): StytchOptionProblem[] {
  if (options !== undefined && !isObject(options)) return [notAnObject(options)];
  const schema = { options: definitions, groups: {} };
  return [...findInvalidValues(options ?? {}, schema), ...findUnknownOptions(options ?? {}, schema)];
}

/**
 * For a factory whose result is not checked at startup with the other options.
 * @throws {StytchOptionsError} with all problems
 */
export function requireFactoryOptions(...input: Parameters<typeof checkFactoryOptions>): void {
  const problems = checkFactoryOptions(...input);
  if (problems.length > 0) throw new StytchOptionsError(problems);
}

const notAnObject = (options: unknown): StytchOptionProblem => ({
  path: '(options)',
  given: describeValue(options),
  allowed: 'an object',
  fix: 'Return the options from the factory.',
});

function findInvalidGroups(
  options: OptionValues,
  { groups, groupsThatCanBeFalse = [] }: OptionSchema,
): StytchOptionProblem[] {
  return Object.keys(groups).flatMap((name) => {
    const value = options[name];
    const canBeFalse = groupsThatCanBeFalse.includes(name);
    if (value === undefined || isObject(value) || (canBeFalse && value === false)) return [];
    const allowed = canBeFalse ? 'an object, or false' : 'an object';
    return [{ path: name, given: describeValue(value), allowed, fix: `Use ${name}: { … }.` }];
  });
}

function findInvalidValues(options: OptionValues, schema: OptionSchema): StytchOptionProblem[] {
  return listOptions(schema)
    .map((option) => ({ ...option, value: valueAt(option, options) }))
    .filter(({ definition, value }) => !isValid(definition, value))
    .map(({ path, definition, value }) => ({
      path,
      given: definition.secret === true ? describeSecret(value) : describeValue(value),
      allowed: definition.allowed,
      fix: fixOf(definition),
    }));
}

const isValid = ({ required, accepts }: OptionDefinition, value: unknown) =>
  value === undefined ? required !== true : accepts(value);

function valueAt({ group, name }: OptionPlace, options: OptionValues): unknown {
  const parent = group === undefined ? options : options[group];
  return isObject(parent) ? parent[name] : undefined;
}

function fixOf({ fix, default: defaultValue, environmentVariable }: OptionDefinition): string {
  const omit =
    defaultValue === undefined ? 'Omit it.' : `Omit it to keep the default (${inspect(defaultValue)}).`;
  const advice = fix ?? omit;
  return environmentVariable === undefined ? advice : advice.replace(/\.$/, ` (${environmentVariable}).`);
}

/** A copy with the valid values only. */
function acceptedValues(options: OptionValues, schema: OptionSchema): AcceptedOptions {
  let accepted: OptionValues = {};
  for (const option of listOptions(schema)) {
    const value = valueAt(option, options);
    if (value !== undefined && isValid(option.definition, value))
      accepted = withValue(accepted, option, value);
  }
  return accepted;
}
