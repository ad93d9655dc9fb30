const longest = 2048;
/** No backslash, no control characters, no blanks: what browsers repair or skip in an address. */
const plainPath = /^\/(?!\/)[^\\\s\p{Cc}]*$/u;
const plainUrl = /^https?:\/\/[^\\\s\p{Cc}]+$/u;

export interface ReturnAddresses {
  readonly appUrl: string;
  /** Other origins that people may return to. */
  readonly returnOrigins: ReadonlySet<string>;
  readonly otherwise: string;
}

/**
 * Where to go after signing in: the address asked for if it is a path of this application or on an
 * origin that was allowed, the default on any doubt. Read as browsers read it (WHATWG URL), which is
 * not as it looks: `/\evil.example`, `/<tab>/evil.example` and `/.//evil.example` all lead to another host.
 */
export function safeReturnTo(asked: unknown, { appUrl, returnOrigins, otherwise }: ReturnAddresses): string {
  if (typeof asked !== 'string' || asked.length > longest) return otherwise;
  const address = plainPath.test(asked) ? pathWithin(appUrl, asked) : urlAmong(returnOrigins, asked);
  // Measured again: percent-encoding makes it up to six times as long, too long for the cookie.
  return address !== undefined && address.length <= longest ? address : otherwise;
}

function pathWithin(appUrl: string, asked: string): string | undefined {
  if (!URL.canParse(asked, appUrl)) return undefined;
  const url = new URL(asked, appUrl);
  const address = url.pathname + url.search + url.hash;
  return url.origin === appUrl && !address.startsWith('//') ? address : undefined;
}

function urlAmong(origins: ReadonlySet<string>, asked: string): string | undefined {
  if (!plainUrl.test(asked) || !URL.canParse(asked)) return undefined;
  const url = new URL(asked);
  return origins.has(url.origin) && url.username === '' && url.password === '' ? url.href : undefined;
}
