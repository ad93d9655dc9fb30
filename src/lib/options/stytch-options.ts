import type { Type } from '@nestjs/common';
import type { Dispatcher } from 'undici';
import type { Session } from '../identity/session.js';
import type { PageRenderer } from '../ports/page-renderer.js';
import type { Clock } from '../ports/clock.js';
import type { LimitStorage } from '../ports/limit-storage.js';

/**
 * What an application may choose. Everything is checked once, at boot, and all problems are reported
 * together ({@link StytchOptionsError}).
 */
export interface StytchModuleOptions {
  /** The Stytch project, `project-test-…` or `project-live-…`. From the environment: `STYTCH_PROJECT_ID`. */
  projectId: string;
  /** A secret of that project, `secret-test-…` or `secret-live-…`. From the environment: `STYTCH_SECRET`. */
  secret: string;
  /**
   * Where Stytch's API is: an https origin (a project's custom domain), or an emulator on loopback.
   * From the environment: `STYTCH_API_URL`.
   * @default Stytch's test or live API, by the project id
   */
  apiUrl?: string | undefined;
  /**
   * The origin at which browsers reach this application, such as `https://app.example.com`. The
   * link in the mail, redirects and the cross-site check are built from it, never from the Host
   * header. Plain http is accepted on loopback only. From the environment: `STYTCH_APP_URL`.
   */
  appUrl: string;
  /**
   * Further origins whose pages may send requests that change something.
   * @default none
   */
  trustedOrigins?: readonly string[] | undefined;
  /** Where people are sent instead of the pages that come with the package. */
  pages?: StytchPagesOptions | undefined;
  /** How long sessions last. */
  session?: StytchSessionOptions | undefined;
  /** What is accepted in a session JWT. */
  jwt?: StytchJwtOptions | undefined;
  /** How the session cookies are written. */
  cookies?: StytchCookieOptions | undefined;
  /** How signing in by e-mail behaves. */
  magicLinks?: StytchMagicLinkOptions | undefined;
  /** What to do while Stytch cannot be reached. */
  outage?: StytchOutageOptions | undefined;
  /** How many sign-in links may be asked for. */
  limits?: StytchLimitOptions | undefined;
  /** How Stytch is called. */
  http?: StytchHttpOptions | undefined;
  /**
   * Called when somebody has signed in, before any cookie is written; awaited. The place to map
   * the person to an account of one's own or to check a domain. Return `false` to refuse (403
   * `sign_in_refused`), or throw an `HttpException` of your own; the session is revoked either way.
   * @default everybody whom Stytch lets in
   */
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a hook that returns nothing allows the sign-in
  onSignIn?: ((session: Session) => boolean | void | Promise<boolean | void>) | undefined;
  /**
   * The clock, for tests that move time.
   * @default the clocks of this machine
   */
  clock?: Clock | undefined;
}

export interface StytchPagesOptions {
  /**
   * Path of the application's own login page. It gets the return address as `?return_to=`.
   * @default the login form of the package, `GET {routes.path}/login`
   */
  login?: string | undefined;
  /**
   * Path shown after a link was asked for by a form.
   * @default the page of the package, `GET {routes.path}/sent`
   */
  sent?: string | undefined;
  /**
   * Path to go to after signing in when the login was not begun from a particular page.
   * @default '/'
   */
  afterLogin?: string | undefined;
  /**
   * Path to go to after signing out by a form.
   * @default '/'
   */
  afterLogout?: string | undefined;
  /**
   * Further origins that people may return to after signing in, such as a front end on a sibling
   * host. Return addresses are otherwise paths of this application.
   * @default none
   */
  returnOrigins?: readonly string[] | undefined;
  /**
   * Makes the pages of the package look and speak like the application's own. Gets what a page has
   * to say, and returns the whole document. Its headers, a strict Content-Security-Policy among
   * them, stay those of the package, with the hashes of the `<style>` elements in it.
   * @default plain pages in English
   */
  render?: PageRenderer | undefined;
}

export interface StytchSessionOptions {
  /**
   * Length of a session from signing in, in minutes; 5 to 527040 (366 days), as Stytch allows.
   * From the environment: `STYTCH_SESSION_DURATION_MINUTES`.
   * @default 60
   */
  durationMinutes?: number | undefined;
  /**
   * How many seconds a JWT may have been issued ahead of this machine's clock; 0 to 300.
   * @default 30
   */
  clockSkewSeconds?: number | undefined;
  /**
   * Whether using a session prolongs it: each refresh (one per JWT life, five minutes) then moves
   * its end to `durationMinutes` from now, which makes that an idle timeout.
   * @default false: it ends `durationMinutes` after signing in
   */
  extendOnRefresh?: boolean | undefined;
  /**
   * End every session this many minutes after signing in, however it was prolonged; 5 to 527040.
   * @default no end but Stytch's
   */
  maxLifetimeMinutes?: number | undefined;
  /**
   * Memory for sessions verified before, in megabytes; 1 to 1024. Ten thousand sessions take about
   * 40. What does not fit is verified again.
   * @default 16
   */
  verifiedCacheMegabytes?: number | undefined;
}

export interface StytchOutageOptions {
  /**
   * While Stytch is proven to be down, let a genuine session whose JWT has expired through for this
   * many seconds after that; 0 to 3600. The session value then says `unconfirmed: true`.
   * @default 0: a 503
   */
  graceSeconds?: number | undefined;
}

export interface StytchJwtOptions {
  /**
   * Audiences accepted beside the project id, for projects whose JWT template sets its own.
   * @default none
   */
  audiences?: readonly string[] | undefined;
}

export interface StytchCookieOptions {
  /**
   * Name of the cookie that holds the session JWT.
   * @default 'stytch_session_jwt', as Stytch's SDKs name it
   */
  jwtName?: string | undefined;
  /**
   * Name of the cookie that holds the opaque session token.
   * @default 'stytch_session', as Stytch's SDKs name it
   */
  tokenName?: string | undefined;
  /**
   * Put `__Host-` before both names: no other host, a sibling subdomain included, can then set
   * them (RFC 6265bis section 4.1.3.2). Needs https and no `domain`.
   * @default false
   */
  hostPrefix?: boolean | undefined;
  /**
   * Share the session with the subdomains of this domain.
   * @default this host only
   */
  domain?: string | undefined;
  /**
   * `SameSite`. `strict` makes people who arrive from their mail look signed out on the first page.
   * @default 'lax'
   */
  sameSite?: 'lax' | 'strict' | 'none' | undefined;
  /**
   * Send the cookies over https only.
   * @default true, unless `appUrl` is plain http on loopback
   */
  secure?: boolean | undefined;
  /**
   * Leave the cookies readable by scripts, for applications that also use Stytch's browser SDK.
   * The cost: a script injected into any page can take the session.
   * @default false: HttpOnly
   */
  readableByBrowserSdk?: boolean | undefined;
}

export interface StytchMagicLinkOptions {
  /**
   * How long a link in the mail works, in minutes; 5 to 10080 (a week), as Stytch allows.
   * @default 60
   */
  expiresInMinutes?: number | undefined;
  /**
   * Whether somebody whom Stytch does not know yet gets in. The answer to asking for a link is the
   * same either way.
   * @default 'allow'
   */
  signUp?: 'allow' | 'deny' | undefined;
  /**
   * Where a link works. `same-browser`: only in the browser that asked for it (PKCE); nobody can be
   * signed in to somebody else's account by a link, and mail scanners cannot burn it.
   * `any-browser`: anywhere, after a click on a page that says what will happen. Choose it only if
   * people read mail on another device than the one they sign in on: whoever gets hold of the link
   * gets in.
   * @default 'same-browser'
   */
  binding?: 'same-browser' | 'any-browser' | undefined;
}

export interface StytchLimitOptions {
  /**
   * Links per e-mail address, known or not: against filling somebody's mailbox.
   * @default { max: 5, windowSeconds: 600 }
   */
  perAddress?: StytchLimit | false | undefined;
  /**
   * Links asked for, and links opened, per IP address (an IPv6 one by its /64 network), as the
   * platform reports it: behind a proxy, set Express's or Fastify's own `trust proxy`.
   * @default { max: 50, windowSeconds: 600 }
   */
  perIp?: StytchLimit | false | undefined;
  /**
   * Where is counted; any storage of `@nestjs/throttler` fits. While it fails, this process counts
   * by itself.
   * @default the memory of this process
   */
  storage?: LimitStorage | undefined;
}

export interface StytchLimit {
  /** Links within the window; 1 to 100000. */
  max: number;
  /** Length of the window in seconds; 1 to 86400. */
  windowSeconds: number;
}

export interface StytchHttpOptions {
  /**
   * Total time one call to Stytch's session and key endpoints may take, connecting included, in
   * milliseconds; 100 to 60000.
   * @default 3000
   */
  deadlineMs?: number | undefined;
  /**
   * An undici 7 dispatcher to send through, such as a `ProxyAgent` or an `Agent` with client
   * certificates. Deadlines, allowed origins and size limits apply on top of it; keys go through
   * it too. It stays yours to close.
   * @default connections of our own, straight to Stytch
   */
  dispatcher?: Dispatcher | undefined;
}

/**
 * What shapes the application. It stands beside an asynchronous factory, not in its result: Nest
 * has laid out modules and routes before a factory runs.
 */
export interface StytchStaticOptions {
  /**
   * Whether every module may inject what this one exports without importing it.
   * @default true
   */
  isGlobal?: boolean | undefined;
  /**
   * Which handlers need a session: those marked `@Protected()` (`opt-in`), or all but those marked
   * `@Public()` (`opt-out`).
   * @default 'opt-in'
   */
  protection?: 'opt-in' | 'opt-out' | undefined;
  /**
   * Bind the guard to the whole application. With `false` the application binds `SessionGuard`
   * itself, to decide its order among other guards. `@Protected()` works either way.
   * @default true
   */
  guard?: boolean | undefined;
  /** What the check at startup leaves out. */
  startupCheck?: StytchStartupCheckOptions | undefined;
  /**
   * Where the login routes are; `false` mounts none.
   * @default { path: 'auth' }
   */
  routes?: false | StytchRoutesOptions | undefined;
}

export interface StytchStartupCheckOptions {
  /**
   * Classes that are not checked, such as gateways of a third-party package. Their names are logged.
   * @default []
   */
  ignore?: readonly Type[] | undefined;
}

export interface StytchRoutesOptions {
  /**
   * Path of the login routes below the application's global prefix; `''` puts them at the top.
   * @default 'auth'
   */
  path?: string | undefined;
  /**
   * Path at which browsers reach the login routes, when a proxy in front rewrites paths.
   * @default the global prefix and `path`
   */
  publicPath?: string | undefined;
}

/** For `forRootAsync({ useClass })` and `useExisting`: a class that makes the options. */
export interface StytchOptionsFactory {
  createStytchOptions(): StytchModuleOptions | Promise<StytchModuleOptions>;
}
