import { isHttps } from './is-https.js';
import { withDefaults, type OptionDefinitions } from './option-definition.js';
import { matching, oneOf, trueOrFalse } from './value-checks.js';

/** Names and attributes of the session cookies: the option `cookies`. */
export interface StytchCookieOptions {
  /**
   * Name of the cookie with the session JWT. The default is the name that Stytch's SDKs use, with the
   * prefix of `cookies.hostPrefix`.
   * @default 'stytch_session_jwt'
   */
  jwtName?: string | undefined;
  /**
   * Name of the cookie with the opaque session token. The default is the name that Stytch's SDKs use,
   * with the prefix of `cookies.hostPrefix`.
   * @default 'stytch_session'
   */
  tokenName?: string | undefined;
  /**
   * Whether both names are prefixed with `__Host-`, so that no other host, such as a sibling
   * subdomain, can set these cookies. Requires https and no `cookies.domain`.
   *
   * Cookies without the prefix are then not read. See RFC 6265bis section 4.1.3.2.
   * @default `true` with https, unless `domain`, `readableByBrowserSdk` or the cookie's name is set
   */
  hostPrefix?: boolean | undefined;
  /**
   * Domain whose subdomains share the session: the host of `appUrl` or a parent domain.
   * @default the host of `appUrl` only
   */
  domain?: string | undefined;
  /**
   * The `SameSite` attribute: `lax`, `strict` or `none`.
   *
   * With `strict`, a person who follows a link from another site appears signed out on the first page.
   * @default 'lax'
   */
  sameSite?: 'lax' | 'strict' | 'none' | undefined;
  /**
   * Whether the cookies are sent over https only.
   * @default true, unless `appUrl` is http on loopback
   */
  secure?: boolean | undefined;
  /**
   * Whether scripts can read the cookies (no `HttpOnly`), for applications that also use Stytch's
   * browser SDK. A script injected into any page can then steal the session.
   *
   * Their names are then the SDK's defaults. With `hostPrefix: true`, give the SDK the names with the prefix.
   * @default false
   */
  readableByBrowserSdk?: boolean | undefined;
}

// RFC 6265 section 4.1.1: a cookie name is an RFC 7230 token.
const cookieName = matching(
  /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/,
  'a cookie name: up to 128 letters, digits, _ and -',
);

export const cookieOptions = {
  jwtName: { ...cookieName, default: 'stytch_session_jwt' },
  tokenName: { ...cookieName, default: 'stytch_session' },
  hostPrefix: trueOrFalse,
  domain: {
    ...matching(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'a domain name with a dot, such as example.com'),
    fix: 'Omit it to limit the cookies to the host of appUrl.',
  },
  sameSite: { ...oneOf('lax', 'strict', 'none'), default: 'lax' },
  secure: { ...trueOrFalse, fix: 'Omit it: the default follows appUrl.' },
  readableByBrowserSdk: { ...trueOrFalse, default: false },
} satisfies OptionDefinitions<StytchCookieOptions>;

/** The names of the session cookies. */
export interface SessionCookieNames {
  /** The cookie with the session JWT. */
  readonly jwtName: string;
  /** The cookie with the opaque session token. */
  readonly tokenName: string;
}

/**
 * The names of the session cookies of an application, prefix included: for server-side rendering, an
 * OpenAPI document or a test.
 *
 * @param options `appUrl` and `cookies` as they are passed to `StytchModule`
 * @throws {TypeError} if `appUrl` is not a URL
 *
 * @example
 * ```ts
 * const { jwtName } = sessionCookieNames({ appUrl: 'https://app.example.com' }); // '__Host-stytch_session_jwt'
 * ```
 */
export function sessionCookieNames({
  appUrl,
  cookies = {},
}: {
  readonly appUrl: string;
  readonly cookies?: StytchCookieOptions | undefined;
}): SessionCookieNames {
  const { hostPrefix, domain, readableByBrowserSdk, jwtName, tokenName } = cookies;
  const byDefault = isHttps(appUrl) && domain === undefined && readableByBrowserSdk !== true;
  const nameOf = (own: string | undefined, defaultName: string) =>
    ((hostPrefix ?? (byDefault && own === undefined)) ? '__Host-' : '') + (own ?? defaultName);
  return Object.freeze({
    jwtName: nameOf(jwtName, cookieOptions.jwtName.default),
    tokenName: nameOf(tokenName, cookieOptions.tokenName.default),
  });
}

export type ResolvedCookieOptions = ReturnType<typeof resolveCookieOptions>;

export function resolveCookieOptions(cookies: StytchCookieOptions | undefined, appUrl: string) {
  const { readableByBrowserSdk, domain, sameSite, secure } = withDefaults(cookies, cookieOptions);
  return Object.freeze({
    ...sessionCookieNames({ appUrl, cookies }),
    domain: domain?.toLowerCase(),
    sameSite,
    secure: secure ?? appUrl.startsWith('https:'),
    httpOnly: !readableByBrowserSdk,
  });
}
