import type { Type } from '@nestjs/common';
import type { Dispatcher } from 'undici';
import { StytchOptionsError } from '../errors/stytch-options.error.js';
import { checkOptions } from './check-options.js';
import type { Clock } from '../ports/clock.js';
import type { PageRenderer } from '../ports/page-renderer.js';
import type { LimitStorage } from '../ports/limit-storage.js';
import type { StytchLimit, StytchModuleOptions, StytchStaticOptions } from './stytch-options.js';
import { systemClock } from './system-clock.js';

/** Stytch's own hosts, chosen by the project id as its SDKs do. */
const stytchApiUrls = { test: 'https://test.stytch.com', live: 'https://api.stytch.com' };

/** The options with every default filled in; frozen. Nothing downstream sees what was given. */
export interface ResolvedOptions {
  readonly projectId: string;
  readonly secret: string;
  readonly apiUrl: string;
  readonly appUrl: string;
  readonly trustedOrigins: ReadonlySet<string>;
  readonly pages: {
    readonly login: string | undefined;
    readonly sent: string | undefined;
    readonly afterLogin: string;
    readonly afterLogout: string;
    readonly returnOrigins: ReadonlySet<string>;
    readonly render: PageRenderer | undefined;
  };
  readonly limits: {
    readonly perAddress: StytchLimit | undefined;
    readonly perIp: StytchLimit | undefined;
    readonly storage: LimitStorage | undefined;
  };
  readonly session: {
    readonly durationMinutes: number;
    readonly clockSkewSeconds: number;
    readonly extendOnRefresh: boolean;
    readonly maxLifetimeMinutes: number | undefined;
    readonly verifiedCacheMegabytes: number;
  };
  readonly outage: { readonly graceSeconds: number };
  readonly jwt: { readonly audiences: ReadonlySet<string>; readonly issuers: ReadonlySet<string> };
  readonly cookies: {
    readonly jwtName: string;
    readonly tokenName: string;
    readonly domain: string | undefined;
    readonly sameSite: 'lax' | 'strict' | 'none';
    readonly secure: boolean;
    readonly httpOnly: boolean;
  };
  readonly magicLinks: {
    readonly expiresInMinutes: number;
    readonly signUp: 'allow' | 'deny';
    readonly binding: 'same-browser' | 'any-browser';
  };
  readonly http: { readonly deadlineMs: number; readonly dispatcher: Dispatcher | undefined };
  readonly onSignIn: NonNullable<StytchModuleOptions['onSignIn']>;
  readonly clock: Clock;
  readonly protection: 'opt-in' | 'opt-out';
  readonly startupCheck: { readonly ignore: ReadonlySet<Type> };
  readonly routes: false | { readonly path: string; readonly publicPath: string | undefined };
}

/**
 * Checks the options and fills in the defaults.
 * @throws {StytchOptionsError} with every problem at once
 */
export function resolveOptions(
  given: StytchModuleOptions,
  staticOptions: StytchStaticOptions,
): ResolvedOptions {
  const problems = checkOptions(given, staticOptions);
  if (problems.length > 0) throw new StytchOptionsError(problems);

  const { projectId, pages = {}, session = {}, jwt = {}, cookies = {}, magicLinks = {}, http = {} } = given;
  const appUrl = new URL(given.appUrl).origin;
  const apiUrl = given.apiUrl === undefined ? apiUrlOf(projectId) : new URL(given.apiUrl).origin;
  const prefix = cookies.hostPrefix === true ? '__Host-' : '';

  return Object.freeze({
    projectId,
    secret: given.secret,
    apiUrl,
    appUrl,
    trustedOrigins: new Set((given.trustedOrigins ?? []).map((origin) => new URL(origin).origin)),
    pages: Object.freeze({
      login: pages.login,
      sent: pages.sent,
      afterLogin: pages.afterLogin ?? '/',
      afterLogout: pages.afterLogout ?? '/',
      returnOrigins: new Set((pages.returnOrigins ?? []).map((origin) => new URL(origin).origin)),
      render: pages.render,
    }),
    limits: Object.freeze({
      perAddress: limitOrDefault(given.limits?.perAddress, { max: 5, windowSeconds: 600 }),
      perIp: limitOrDefault(given.limits?.perIp, { max: 50, windowSeconds: 600 }),
      storage: given.limits?.storage,
    }),
    session: Object.freeze({
      durationMinutes: session.durationMinutes ?? 60,
      clockSkewSeconds: session.clockSkewSeconds ?? 30,
      extendOnRefresh: session.extendOnRefresh ?? false,
      maxLifetimeMinutes: session.maxLifetimeMinutes,
      verifiedCacheMegabytes: session.verifiedCacheMegabytes ?? 16,
    }),
    outage: Object.freeze({ graceSeconds: given.outage?.graceSeconds ?? 0 }),
    jwt: Object.freeze({
      audiences: new Set([projectId, ...(jwt.audiences ?? [])]),
      // A project with a custom domain names that domain as the issuer; others name Stytch.
      issuers: new Set([`stytch.com/${projectId}`, apiUrl]),
    }),
    cookies: Object.freeze({
      jwtName: prefix + (cookies.jwtName ?? 'stytch_session_jwt'),
      tokenName: prefix + (cookies.tokenName ?? 'stytch_session'),
      domain: cookies.domain?.toLowerCase(),
      sameSite: cookies.sameSite ?? 'lax',
      secure: cookies.secure ?? appUrl.startsWith('https:'),
      httpOnly: cookies.readableByBrowserSdk !== true,
    }),
    magicLinks: Object.freeze({
      expiresInMinutes: magicLinks.expiresInMinutes ?? 60,
      signUp: magicLinks.signUp ?? 'allow',
      binding: magicLinks.binding ?? 'same-browser',
    }),
    http: Object.freeze({ deadlineMs: http.deadlineMs ?? 3000, dispatcher: http.dispatcher }),
    onSignIn: given.onSignIn ?? (() => true),
    clock: given.clock ?? systemClock,
    protection: staticOptions.protection ?? 'opt-in',
    startupCheck: Object.freeze({ ignore: new Set(staticOptions.startupCheck?.ignore) }),
    routes: resolveRoutes(staticOptions.routes),
  });
}

function limitOrDefault(
  given: StytchLimit | false | undefined,
  defaultLimit: StytchLimit,
): StytchLimit | undefined {
  return given === false ? undefined : Object.freeze({ ...(given ?? defaultLimit) });
}

function apiUrlOf(projectId: string): string {
  return projectId.startsWith('project-live-') ? stytchApiUrls.live : stytchApiUrls.test;
}

function resolveRoutes(routes: StytchStaticOptions['routes'] = {}): ResolvedOptions['routes'] {
  if (routes === false) return false;
  const withoutSlashes = (path: string) => path.replace(/^\/|\/$/g, '');
  return Object.freeze({
    path: withoutSlashes(routes.path ?? 'auth'),
    publicPath: routes.publicPath === undefined ? undefined : withoutSlashes(routes.publicPath),
  });
}
