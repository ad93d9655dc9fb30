import { isObject } from '../wire/json.js';
import { type ResourceSeed } from './resource.js';

/** For each field of an entry, what it must be, and whether a value is. */
export type EntryChecks<Entry> = Record<keyof Entry, [must: string, isValid: (value: unknown) => boolean]>;

/**
 * A part of the seed that is a list of entries.
 *
 * @param load creates the entries that do not exist yet; returns the problems of entries that conflict
 */
export function seedList<Entry>(
  checks: EntryChecks<Entry>,
  load: (entries: Entry[]) => string[],
): ResourceSeed {
  return {
    problemsOf: (entries) =>
      Array.isArray(entries)
        ? entries.flatMap((entry, index) =>
            problemsOfEntry(entry, checks).map((problem) => `[${index}]${problem}`),
          )
        : [' must be a list'],
    load: (entries) => load((entries ?? []) as Entry[]),
  };
}

export function optional(isValid: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || isValid(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function problemsOfEntry<Entry>(entry: unknown, checks: EntryChecks<Entry>): string[] {
  if (!isObject(entry)) return [' must be an object'];
  const unknownFields = Object.keys(entry).filter((name) => !Object.hasOwn(checks, name));
  const invalidFields = Object.entries<EntryChecks<Entry>[keyof Entry]>(checks).filter(
    ([name, [, isValid]]) => !isValid(entry[name]),
  );
  return [
    ...unknownFields.map((name) => `.${name} is unknown`),
    ...invalidFields.map(([name, [must]]) => `.${name} ${must}`),
  ];
}
