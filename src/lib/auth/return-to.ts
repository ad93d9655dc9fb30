const longest = 2048;

/**
 * Where to go after signing in: the address asked for if it is a path of this application, the
 * default on any doubt. Read as browsers read it (WHATWG URL), which is not as it looks:
 * `/\evil.example`, `/<tab>/evil.example` and `/.//evil.example` all lead to another host.
 */
export function safeReturnTo(asked: unknown, appUrl: string, otherwise: string): string {
  if (typeof asked !== 'string' || asked.length > longest) return otherwise;
  // A leading slash, no second one, no backslash, no control characters or blanks anywhere.
  if (!/^\/(?!\/)[^\\\s\p{Cc}]*$/u.test(asked) || !URL.canParse(asked, appUrl)) return otherwise;
  const url = new URL(asked, appUrl);
  const address = url.pathname + url.search + url.hash;
  const isOurs = url.origin === appUrl && !address.startsWith('//');
  // Measured again: percent-encoding makes it up to six times as long, too long for the cookie.
  return isOurs && address.length <= longest ? address : otherwise;
}
