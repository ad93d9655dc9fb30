import { maxReturnToLength as maxLength } from '../http/page-navigation.js';

/** Excludes backslashes, control characters and whitespace, which browsers rewrite or drop. */
const plainPath = /^\/(?!\/)[^\\\s\p{Cc}]*$/u;
const plainUrl = /^https?:\/\/[^\\\s\p{Cc}]+$/u;

export interface ReturnAddresses {
  readonly appUrl: string;
  /** Allowed origins besides the one of `appUrl`. */
  readonly returnOrigins: ReadonlySet<string>;
  readonly fallback: string;
}

/**
 * The address to redirect to after sign-in: `requested` if it is a path of this application or a URL on an
 * allowed origin, otherwise `fallback`. Parsed as a WHATWG URL, like in browsers: `/\evil.example`,
 * `/<tab>/evil.example` and `/.//evil.example` all lead to another host.
 */
export function safeReturnTo(
  requested: unknown,
  { appUrl, returnOrigins, fallback }: ReturnAddresses,
): string {
  if (typeof requested !== 'string' || requested.length > maxLength) return fallback;
  const address = plainPath.test(requested)
    ? pathWithin(appUrl, requested)
    : urlAmong(returnOrigins, requested);
  // Checked again: percent-encoding makes it up to six times longer, too long for the cookie.
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
