import { withDefaults, type OptionDefinitions } from './option-definition.js';
import { matching, oneOf, trueOrFalse } from './value-checks.js';

export interface StytchCookieOptions {
  /**
   * Name of the cookie with the session JWT. The default is the name that Stytch's SDKs use.
   * @default 'stytch_session_jwt'
   */
  jwtName?: string | undefined;
  /**
   * Name of the cookie with the opaque session token. The default is the name that Stytch's SDKs use.
   * @default 'stytch_session'
   */
  tokenName?: string | undefined;
  /**
   * Whether both names are prefixed with `__Host-`, so that no other host, such as a sibling
   * subdomain, can set these cookies. Requires https and no `cookies.domain`.
   *
   * See RFC 6265bis section 4.1.3.2.
   * @default false
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
  hostPrefix: { ...trueOrFalse, default: false },
  domain: {
    ...matching(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'a domain name with a dot, such as example.com'),
    fix: 'Omit it to limit the cookies to the host of appUrl.',
  },
  sameSite: { ...oneOf('lax', 'strict', 'none'), default: 'lax' },
  secure: { ...trueOrFalse, fix: 'Omit it: the default follows appUrl.' },
  readableByBrowserSdk: { ...trueOrFalse, default: false },
} satisfies OptionDefinitions<StytchCookieOptions>;

export type ResolvedCookieOptions = ReturnType<typeof resolveCookieOptions>;

export function resolveCookieOptions(options: StytchCookieOptions | undefined, appUrl: string) {
  const { hostPrefix, readableByBrowserSdk, jwtName, tokenName, domain, sameSite, secure } = withDefaults(
    options,
    cookieOptions,
  );
  const prefix = hostPrefix ? '__Host-' : '';
  return Object.freeze({
    jwtName: prefix + jwtName,
    tokenName: prefix + tokenName,
    domain: domain?.toLowerCase(),
    sameSite,
    secure: secure ?? appUrl.startsWith('https:'),
    httpOnly: !readableByBrowserSdk,
  });
}
