import { refuse } from '../../../wire/api-error.js';
import { type Fields, isStrings } from '../../../wire/fields.js';
import { isObject } from '../../../wire/json.js';
import { combineFilters } from '../../search-page.js';

/** Whether an entry matches. */
export type Filter<Entry> = (entry: Entry) => boolean;

/** Makes a filter from the value of an operand. */
export type FilterFactory<Entry> = (value: unknown, name: string) => Filter<Entry>;

/** The two searches, by the prefix of their error types. */
export type SearchKind = 'organization_search' | 'member_search';

/**
 * The filter that the `query` of a search stands for.
 *
 * @throws {ApiError} `bad_request`, and the error types of the search
 */
export function readQuery<Entry>(
  query: Fields | undefined,
  kind: SearchKind,
  factories: Readonly<Record<string, FilterFactory<Entry>>>,
): Filter<Entry> {
  if (query === undefined) return () => true;
  const operator = query.any('operator') ?? 'AND';
  const operands = query.any('operands') ?? [];
  if (operator !== 'AND' && operator !== 'OR') refuse(400, 'bad_request', 'operator must be AND or OR.');
  if (!Array.isArray(operands)) return refuse(400, 'bad_request', 'operands must be a list.');
  return combineFilters(
    operator,
    operands.map((operand) => operandFilter(operand, kind, factories)),
  );
}

function operandFilter<Entry>(
  operand: unknown,
  kind: SearchKind,
  factories: Readonly<Record<string, FilterFactory<Entry>>>,
): Filter<Entry> {
  if (!isObject(operand)) return refuse(400, 'bad_request', 'Each operand must be an object.');
  const name =
    operand['filter_name'] ??
    refuse(400, `${kind}_missing_filter_name`, 'filter_name is required in each operand.');
  if (typeof name !== 'string') {
    return refuse(400, `${kind}_filter_name_must_be_string`, 'filter_name must be a string.');
  }
  const value =
    operand['filter_value'] ??
    refuse(400, `${kind}_missing_filter_value`, `filter_value is required for ${name}.`);
  const factory = Object.hasOwn(factories, name) ? factories[name] : undefined;
  return factory
    ? factory(value, name)
    : refuse(400, `${kind}_filter_name_not_recognized`, `${name} is not a known filter name.`);
}

/** Filters of a search, which refuse values of another type with the error types of the search. */
export function filtersOf<Entry>(kind: SearchKind) {
  return {
    oneOf:
      (matches: (entry: Entry, wanted: string) => boolean): FilterFactory<Entry> =>
      (value, name) => {
        if (!isStrings(value)) {
          return refuse(400, `${kind}_expected_array_of_strings`, `${name} must be a list of strings.`);
        }
        return (entry) => value.some((wanted) => matches(entry, wanted));
      },
    is:
      (test: (entry: Entry) => boolean): FilterFactory<Entry> =>
      (value, name) => {
        if (typeof value !== 'boolean') {
          return refuse(400, `${kind}_expected_boolean`, `${name} must be a boolean.`);
        }
        return (entry) => test(entry) === value;
      },
    equals:
      (matches: (entry: Entry, wanted: string) => boolean): FilterFactory<Entry> =>
      (value, name) => {
        const wanted = string(value, name);
        return (entry) => matches(entry, wanted);
      },
    /** @param tooShort the error type for less than three characters */
    contains:
      (textsOf: (entry: Entry) => readonly string[], tooShort: string): FilterFactory<Entry> =>
      (value, name) => {
        const part = string(value, name).toLowerCase();
        if (part.length < 3) refuse(400, tooShort, `${name} must have at least three characters.`);
        return (entry) => textsOf(entry).some((text) => text.toLowerCase().includes(part));
      },
  };

  function string(value: unknown, name: string): string {
    if (typeof value === 'string') return value;
    return refuse(400, `${kind}_expected_string`, `${name} must be a string.`);
  }
}
