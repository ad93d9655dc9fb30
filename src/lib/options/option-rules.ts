import { isLoopback } from './loopback.js';

/** What one option must be. `accepts` is never asked about `undefined`: that means the default. */
export interface OptionRule {
  readonly path: string;
  readonly required?: true;
  readonly secret?: true;
  readonly accepts: (value: unknown) => boolean;
  readonly allowed: string;
  readonly fix: string;
}

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const projectId = new RegExp(`^project-(test|live)-${uuid}$`);
// Printable ASCII only: anything else cannot travel in a Basic header, and the SDK would print it.
const secret = /^secret-(test|live)-[\x21-\x7e]{8,256}$/;
// RFC 6265 section 4.1.1: a cookie name is an RFC 7230 token.
const cookieName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/;
const domainName = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i;
const pathSegments = /^\/?([A-Za-z0-9._~-]+(\/[A-Za-z0-9._~-]+)*)?\/?$/;

const isBoolean = (value: unknown) => typeof value === 'boolean';
const isOneOf =
  (...names: unknown[]) =>
  (value: unknown) =>
    names.includes(value);
const isWholeNumber = (min: number, max: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
const matches = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value);
const isListOf = (accepts: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(accepts);

/** An origin and nothing more: no path, query, fragment or credentials. */
function isOrigin(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  return (
    (url.protocol === 'https:' || isPlainHttp(url)) && url.href === `${url.origin}/` && /^\S+$/.test(value)
  );
}

const isPlainHttp = (url: URL) => url.protocol === 'http:';

/** Plain http is for loopback only. */
function isSafeOrigin(value: unknown): boolean {
  if (!isOrigin(value)) return false;
  const url = new URL(value as string);
  return !isPlainHttp(url) || isLoopback(url);
}

/** A path on this application: one leading slash, and nothing a browser would read as a host. */
function isLocalPath(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(value) &&
    URL.canParse(value, 'http://localhost')
  );
}

const isFunction = (value: unknown) => typeof value === 'function';

function isLimit(value: unknown): boolean {
  if (value === false) return true;
  const { max, windowSeconds } = (value ?? {}) as Record<string, unknown>;
  return isWholeNumber(1, 100_000)(max) && isWholeNumber(1, 86_400)(windowSeconds);
}

const originRule = { accepts: isSafeOrigin, allowed: 'an https origin, or a plain http one on loopback' };

/** Every option there is. */
export const optionRules: readonly OptionRule[] = [
  {
    path: 'projectId',
    required: true,
    accepts: matches(projectId),
    allowed: 'project-test-<uuid> or project-live-<uuid>',
    fix: 'Copy the project ID from the API keys of your Stytch project (environment: STYTCH_PROJECT_ID).',
  },
  {
    path: 'secret',
    required: true,
    secret: true,
    accepts: matches(secret),
    allowed: 'secret-test-… or secret-live-…, printable, no blanks',
    fix: 'Copy a secret from the API keys of the same project (environment: STYTCH_SECRET).',
  },
  {
    path: 'apiUrl',
    ...originRule,
    fix: 'Leave it out for Stytch itself; name a custom domain or a loopback emulator without a path (environment: STYTCH_API_URL).',
  },
  {
    path: 'appUrl',
    required: true,
    ...originRule,
    fix: 'Give the origin browsers use, such as https://app.example.com, without a path (environment: STYTCH_APP_URL).',
  },
  {
    path: 'trustedOrigins',
    accepts: isListOf(isSafeOrigin),
    allowed: `a list of origins, each ${originRule.allowed}`,
    fix: 'List origins such as https://www.example.com, without paths or wildcards.',
  },
  ...['login', 'sent', 'afterLogin', 'afterLogout'].map((page) => ({
    path: `pages.${page}`,
    accepts: isLocalPath,
    allowed: 'a path on this application that begins with one slash',
    fix: 'Write it like /welcome. Other origins are not redirected to.',
  })),
  {
    path: 'pages.returnOrigins',
    accepts: isListOf(isSafeOrigin),
    allowed: `a list of origins, each ${originRule.allowed}`,
    fix: 'List origins such as https://www.example.com, without paths or wildcards.',
  },
  {
    path: 'pages.render',
    accepts: isFunction,
    allowed: 'a function',
    fix: 'Give a function of the page that returns an HTML document, or leave it out.',
  },
  {
    path: 'session.durationMinutes',
    accepts: isWholeNumber(5, 527_040),
    allowed: 'a whole number from 5 to 527040',
    fix: 'Stytch knows no shorter and no longer session (environment: STYTCH_SESSION_DURATION_MINUTES).',
  },
  {
    path: 'session.clockSkewSeconds',
    accepts: isWholeNumber(0, 300),
    allowed: 'a whole number from 0 to 300',
    fix: 'If clocks differ by more, mend the clock: NTP.',
  },
  {
    path: 'session.extendOnRefresh',
    accepts: isBoolean,
    allowed: 'true or false',
    fix: 'Leave it out for false.',
  },
  {
    path: 'session.maxLifetimeMinutes',
    accepts: isWholeNumber(5, 527_040),
    allowed: 'a whole number from 5 to 527040',
    fix: 'Leave it out for no end but that of the session at Stytch.',
  },
  {
    path: 'session.verifiedCacheMegabytes',
    accepts: isWholeNumber(1, 1024),
    allowed: 'a whole number from 1 to 1024',
    fix: 'Leave it out for 16.',
  },
  {
    path: 'outage.graceSeconds',
    accepts: isWholeNumber(0, 3600),
    allowed: 'a whole number from 0 to 3600',
    fix: 'Leave it out for 0: without confirmation, nobody is let through.',
  },
  {
    path: 'jwt.audiences',
    accepts: isListOf((value) => typeof value === 'string' && value !== ''),
    allowed: 'a list of strings',
    fix: "List the custom audience of your project's JWT template.",
  },
  {
    path: 'cookies.jwtName',
    accepts: matches(cookieName),
    allowed: 'a cookie name (letters, digits, _ and -)',
    fix: 'Leave it out for stytch_session_jwt.',
  },
  {
    path: 'cookies.tokenName',
    accepts: matches(cookieName),
    allowed: 'a cookie name (letters, digits, _ and -)',
    fix: 'Leave it out for stytch_session.',
  },
  {
    path: 'cookies.hostPrefix',
    accepts: isBoolean,
    allowed: 'true or false',
    fix: 'Leave it out for false.',
  },
  {
    path: 'cookies.domain',
    accepts: matches(domainName),
    allowed: 'a domain name with a dot in it, such as example.com',
    fix: 'Leave it out to keep the cookies to one host.',
  },
  {
    path: 'cookies.sameSite',
    accepts: isOneOf('lax', 'strict', 'none'),
    allowed: "'lax', 'strict' or 'none'",
    fix: "Leave it out for 'lax'.",
  },
  {
    path: 'cookies.secure',
    accepts: isBoolean,
    allowed: 'true or false',
    fix: 'Leave it out: it follows appUrl.',
  },
  {
    path: 'cookies.readableByBrowserSdk',
    accepts: isBoolean,
    allowed: 'true or false',
    fix: 'Leave it out for false.',
  },
  {
    path: 'magicLinks.expiresInMinutes',
    accepts: isWholeNumber(5, 10_080),
    allowed: 'a whole number from 5 to 10080',
    fix: 'Stytch knows no shorter and no longer link.',
  },
  {
    path: 'magicLinks.signUp',
    accepts: isOneOf('allow', 'deny'),
    allowed: "'allow' or 'deny'",
    fix: "Leave it out for 'allow'.",
  },
  {
    path: 'magicLinks.binding',
    accepts: isOneOf('same-browser', 'any-browser'),
    allowed: "'same-browser' or 'any-browser'",
    fix: "Leave it out for 'same-browser'.",
  },
  ...['perAddress', 'perIp'].map((limit) => ({
    path: `limits.${limit}`,
    accepts: isLimit,
    allowed: '{ max, windowSeconds } with whole numbers up to 100000 and 86400, or false',
    fix: 'Write it like { max: 5, windowSeconds: 600 }.',
  })),
  {
    path: 'limits.storage',
    accepts: (value: unknown) => typeof (value as { increment?: unknown } | null)?.increment === 'function',
    allowed: 'an object with increment(), as storages of @nestjs/throttler have',
    fix: 'Leave it out to count in this process.',
  },
  {
    path: 'http.deadlineMs',
    accepts: isWholeNumber(100, 60_000),
    allowed: 'a whole number from 100 to 60000',
    fix: 'Leave it out for 3000.',
  },
  {
    path: 'http.dispatcher',
    accepts: (value) => typeof (value as { dispatch?: unknown } | null)?.dispatch === 'function',
    allowed: 'an undici dispatcher (Agent, ProxyAgent, …)',
    fix: 'Make it with undici 7, or leave it out.',
  },
  {
    path: 'onSignIn',
    accepts: isFunction,
    allowed: 'a function',
    fix: 'Give a function of the session, or leave it out.',
  },
  {
    path: 'clock',
    accepts: (value) =>
      ['nowMs', 'monotonicMs'].every(
        (method) => typeof (value as Record<string, unknown> | null)?.[method] === 'function',
      ),
    allowed: 'an object with nowMs() and monotonicMs()',
    fix: 'Leave it out; only tests need it.',
  },
];

/** The options that stand beside a factory. */
export const staticOptionRules: readonly OptionRule[] = [
  { path: 'isGlobal', accepts: isBoolean, allowed: 'true or false', fix: 'Leave it out for true.' },
  {
    path: 'protection',
    accepts: isOneOf('opt-in', 'opt-out'),
    allowed: "'opt-in' or 'opt-out'",
    fix: "Leave it out for 'opt-in'.",
  },
  { path: 'guard', accepts: isBoolean, allowed: 'true or false', fix: 'Leave it out for true.' },
  {
    path: 'startupCheck.ignore',
    accepts: isListOf(isFunction),
    allowed: 'a list of classes',
    fix: 'Write it like [ThirdPartyGateway], or leave it out.',
  },
  {
    path: 'routes.path',
    accepts: matches(pathSegments),
    allowed: 'path segments of letters, digits, . _ ~ and -',
    fix: "Write it like 'auth' or 'account/auth', or '' for the top.",
  },
  {
    path: 'routes.publicPath',
    accepts: matches(pathSegments),
    allowed: 'path segments of letters, digits, . _ ~ and -',
    fix: 'Write the path browsers see, such as /shop/auth.',
  },
];
