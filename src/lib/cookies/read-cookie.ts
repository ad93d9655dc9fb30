import type { IncomingMessage } from 'node:http';

/** Longer Cookie headers are not looked at: no browser needs so many, and reading costs time. */
const longestHeader = 16 * 1024;

/**
 * Every value sent for a cookie name, in the order sent, without repetition. Values are taken as
 * they are: no percent-decoding, no `j:` objects, quotes kept, since none of the values written here
 * needs any of that (RFC 6265 section 5.4 lets the same name occur several times).
 */
export function readCookie(request: IncomingMessage, name: string): string[] {
  const header = request.headers.cookie;
  if (header === undefined || header.length > longestHeader || !header.includes(name)) return [];
  const values = new Set<string>();
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) values.add(pair.slice(equals + 1).trim());
  }
  return [...values];
}
