const maxLength = 2048;
/** No backslash, no control characters, no blanks: what browsers repair or skip in an address. */
const plainPath = /^\/(?!\/)[^\\\s\p{Cc}]*$/u;
const plainUrl = /^https?:\/\/[^\\\s\p{Cc}]+$/u;

export interface ReturnAddresses {
  readonly appUrl: string;
  /** Other origins that people may return to. */
  readonly returnOrigins: ReadonlySet<string>;
  readonly fallback: string;
}

/**
 * Where to go after signing in: the address asked for if it is a path of this application or on an
 * origin that was allowed, the default on any doubt. Read as browsers read it (WHATWG URL), which is
 * not as it looks: `/\evil.example`, `/<tab>/evil.example` and `/.//evil.example` all lead to another host.
 */
export function safeReturnTo(
  requested: unknown,
  { appUrl, returnOrigins, fallback }: ReturnAddresses,
): string {
  if (typeof requested !== 'string' || requested.length > maxLength) return fallback;
  const address = plainPath.test(requested)
    ? pathWithin(appUrl, requested)
    : urlAmong(returnOrigins, requested);
  // Measured again: percent-encoding makes it up to six times as long, too long for the cookie.
  return address !== undefined && address.length <= maxLength ? address : fallback;
}

function pathWithin(appUrl: string, requested: string): string | undefined {
  if (!URL.canParse(requested, appUrl)) return undefined;
  const url = new URL(requested, appUrl);
  const address = url.pathname + url.search + url.hash;
  return url.origin === appUrl && !address.startsWith('//') ? address : undefined;
}

function urlAmong(origins: ReadonlySet<string>, requested: string): string | undefined {
  if (!plainUrl.test(requested) || !URL.canParse(requested)) return undefined;
  const url = new URL(requested);
  return origins.has(url.origin) && url.username === '' && url.password === '' ? url.href : undefined;
}
