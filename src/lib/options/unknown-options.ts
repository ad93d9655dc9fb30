import type { StytchOptionProblem } from '../errors/stytch-options.error.js';
import { describeSecret } from './describe-value.js';
import { nearestOption } from './nearest-option.js';
import {
  isObject,
  listOptions,
  moduleSchema,
  staticSchema,
  type OptionSchema,
  type OptionValues,
} from './option-schema.js';

/** Values under names that the schema doesn't have. */
export function findUnknownOptions(options: OptionValues, schema: OptionSchema): StytchOptionProblem[] {
  return unknownValues(options, schema).map(({ path, value }) => ({
    path,
    given: describeSecret(value), // Unknown values may be secrets.
    ...adviceFor(path),
  }));
}

function unknownValues(
  options: OptionValues,
  { options: definitions, groups }: OptionSchema,
): { path: string; value: unknown }[] {
  return Object.entries(options)
    .filter(([name, value]) => value !== undefined && !Object.hasOwn(definitions, name))
    .flatMap(([name, value]) => {
      const group = Object.hasOwn(groups, name) ? groups[name] : undefined;
      if (group === undefined) return [{ path: name, value }];
      return Object.entries(isObject(value) ? value : {})
        .filter(([key]) => !Object.hasOwn(group, key))
        .map(([key, nested]) => ({ path: `${name}.${key}`, value: nested }));
    });
}

const allPaths = [moduleSchema, staticSchema].flatMap(listOptions).map(({ path }) => path);

function adviceFor(path: string): Pick<StytchOptionProblem, 'allowed' | 'fix'> {
  if (isStatic(path)) {
    return {
      allowed: 'next to the factory, not in its result',
      fix: `Nest registers routes and guards before a factory runs. Use forRootAsync({ ${path}: …, useFactory: … }).`,
    };
  }
  const suggestion = nearestOption(path, allPaths);
  return {
    allowed: 'the options listed in the README',
    fix: `Unknown option. ${suggestion === undefined ? 'Remove it.' : `Did you mean \`${suggestion}\`?`}`,
  };
}

const isStatic = (name: string) =>
  Object.hasOwn(staticSchema.options, name) || Object.hasOwn(staticSchema.groups, name);
