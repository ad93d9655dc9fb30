import { queryOf } from './page-navigation.js';
import { withQuery } from './with-query.js';

/** The parameter of a page of the package that a browser was redirected to from the host of an organization. */
const name = 'redirected';

export const isMarked = (target: string): boolean => queryOf(target).has(name);

export const withMark = (path: string): string => withQuery(path, { [name]: 'true' });

/** A path without the mark, which would be taken for that of another redirect when a person returns to it. */
export function withoutMark(path: string): string {
  if (!isMarked(path)) return path;
  const url = new URL(path, 'http://localhost');
  url.searchParams.delete(name);
  return url.pathname + url.search + url.hash;
}
