import type { StytchOptionProblem } from '../errors/stytch-options.error.js';
import { describeSecret } from './describe-value.js';
import { nearestOption } from './nearest-option.js';
import {
  isObject,
  listOptions,
  staticSchema,
  type OptionSchema,
  type OptionValues,
} from './option-schema.js';

/** Values under names that the schema doesn't have. */
export function findUnknownOptions(options: OptionValues, schema: OptionSchema): StytchOptionProblem[] {
  return unknownValues(options, schema).map(({ path, value }) => ({
    path,
    given: describeSecret(value), // Unknown values may be secrets.
    ...adviceFor(path, schema),
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

function adviceFor(path: string, schema: OptionSchema): Pick<StytchOptionProblem, 'allowed' | 'fix'> {
  if (isStatic(path)) {
    return {
      allowed: 'next to the factory, not in its result',
      fix: `Nest registers routes and guards before a factory runs. Use forRootAsync({ ${path}: …, useFactory: … }).`,
    };
  }
  const paths = [schema, staticSchema].flatMap(listOptions).map((option) => option.path);
  const suggestion = nearestOption(path, paths);
  return {
    allowed: 'the options listed in the README',
    fix: `Unknown option. ${suggestion === undefined ? 'Remove it.' : `Did you mean \`${suggestion}\`?`}`,
  };
}

const isStatic = (name: string) =>
  Object.hasOwn(staticSchema.options, name) || Object.hasOwn(staticSchema.groups, name);
