import type { IncomingMessage } from 'node:http';

/** Longer Cookie headers are ignored to bound the parsing cost. In UTF-16 code units. */
const maxHeaderLength = 16 * 1024;

/**
 * All distinct values of a cookie in the order sent; RFC 6265 section 5.4 allows a name to occur several
 * times. Values are returned verbatim: no percent-decoding, no `j:` objects, no unquoting.
 */
export function readCookie(request: IncomingMessage, name: string): string[] {
  const header = request.headers.cookie;
  // Mercurius adds what a client of a subscription sent as JSON to the headers, which may be no text.
  if (typeof header !== 'string' || header.length > maxHeaderLength) return [];
  const values: string[] = [];
  let next = 0;
  for (let at = header.indexOf(name); at !== -1; at = header.indexOf(name, next)) {
    next = at + name.length;
    let equals = next;
    while (isBlank(header.charCodeAt(equals))) equals += 1;
    if (header.charCodeAt(equals) !== equalsSign || !startsPair(header, at)) continue;
    const semicolon = header.indexOf(';', equals);
    // Continues after the value, which may contain the name.
    next = semicolon === -1 ? header.length : semicolon;
    const value = header.slice(equals + 1, next).trim();
    if (!values.includes(value)) values.push(value);
    if (semicolon === -1) break;
  }
  return values;
}

/** Whether only blanks separate this index from the start of the header or a semicolon. */
function startsPair(header: string, at: number): boolean {
  let before = at - 1;
  while (isBlank(header.charCodeAt(before))) before -= 1;
  return before < 0 || header.charCodeAt(before) === semicolonSign;
}

const equalsSign = 0x3d;
const semicolonSign = 0x3b;
const space = 0x20;
const tab = 0x09;

const isBlank = (character: number) => character === space || character === tab;
