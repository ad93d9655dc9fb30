import type { IncomingMessage } from 'node:http';

/** Longer Cookie headers are not looked at: no browser needs so many, and reading costs time. */
const maxHeaderLength = 16 * 1024;

/**
 * Every value sent for a cookie name, in the order sent, without repetition. Values are taken as
 * they are: no percent-decoding, no `j:` objects, quotes kept, since none of the values written here
 * needs any of that (RFC 6265 section 5.4 lets the same name occur several times).
 */
export function readCookie(request: IncomingMessage, name: string): string[] {
  const header = request.headers.cookie;
  if (header === undefined || header.length > maxHeaderLength) return [];
  const values: string[] = [];
  let next = 0;
  for (let at = header.indexOf(name); at !== -1; at = header.indexOf(name, next)) {
    next = at + name.length;
    let equals = next;
    while (isBlank(header.charAt(equals))) equals += 1;
    if (header.charAt(equals) !== '=' || !startsPair(header, at)) continue;
    const semicolon = header.indexOf(';', equals);
    // A value is long and names nothing: the search goes on behind it.
    next = semicolon === -1 ? header.length : semicolon;
    const value = header.slice(equals + 1, next).trim();
    if (!values.includes(value)) values.push(value);
  }
  return values;
}

/** Whether nothing but blanks stands between a place and the pair before it. */
function startsPair(header: string, at: number): boolean {
  let before = at - 1;
  while (isBlank(header.charAt(before))) before -= 1;
  return before < 0 || header.charAt(before) === ';';
}

const isBlank = (character: string) => character === ' ' || character === '\t';
