import { refuse } from '../wire/api-error.js';
import { type Fields } from '../wire/fields.js';

/** How a search identifies its results, and the error types it responds with. */
export interface SearchKind<Item> {
  idOf(item: Item): string;
  invalidLimit: string;
  invalidCursor: string;
}

/**
 * The page of the found items that `limit` and `cursor` select, and the metadata of the result.
 *
 * @throws {ApiError} one of the error types of the search
 */
export function searchPage<Item>(found: Item[], fields: Fields, kind: SearchKind<Item>) {
  const limit = readLimit(fields.integer('limit'), kind.invalidLimit);
  const start = readCursor(found, fields.string('cursor'), kind);
  const page = found.slice(start, start + limit);
  const last = page.at(-1);
  const hasMore = start + limit < found.length && last !== undefined;
  return {
    page,
    results_metadata: { total: found.length, next_cursor: hasMore ? toCursor(kind.idOf(last)) : null },
  };
}

function readLimit(limit: number | undefined, invalidLimit: string): number {
  if (limit === undefined || limit === 0) return 100;
  if (limit > 0 && limit <= 1000) return limit;
  return refuse(400, invalidLimit, 'limit must be from 1 to 1000.');
}

// A cursor is the encoded id of the last item of a page.
function toCursor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

function readCursor<Item>(found: Item[], cursor: string | undefined, kind: SearchKind<Item>): number {
  if (cursor === undefined || cursor === '') return 0;
  const id = Buffer.from(cursor, 'base64url').toString();
  const at = found.findIndex((item) => kind.idOf(item) === id);
  return at === -1 ? refuse(400, kind.invalidCursor, 'cursor is not valid for this search.') : at + 1;
}

/** Matches what all (AND) or any (OR) of the filters match; everything if there are none. */
export function combineFilters<Entry>(
  operator: 'AND' | 'OR',
  filters: readonly ((entry: Entry) => boolean)[],
): (entry: Entry) => boolean {
  if (filters.length === 0) return () => true;
  return operator === 'AND'
    ? (entry) => filters.every((matches) => matches(entry))
    : (entry) => filters.some((matches) => matches(entry));
}
