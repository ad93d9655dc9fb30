import type { Type } from '@nestjs/common';
import { withDefaults, type OptionDefinitions } from './option-definition.js';
import type { StytchTransport } from '../ports/transport.js';
import { functionValue, listOf, matching, objectWithMethods, oneOf, trueOrFalse } from './value-checks.js';

/**
 * Options that determine routes, providers and guards. In `forRootAsync` they are passed next to the
 * factory: Nest registers modules and routes before a factory runs.
 */
export interface StytchStaticOptions {
  /**
   * Whether other modules may inject what this module exports without importing it.
   * @default true
   */
  isGlobal?: boolean | undefined;
  /**
   * Which handlers require a session: those marked `@Protected()` (`opt-in`), or all except those
   * marked `@Public()` (`opt-out`).
   * @default 'opt-in'
   */
  protection?: 'opt-in' | 'opt-out' | undefined;
  /**
   * Whether the guard is bound globally. With `false`, the application binds `SessionGuard` itself, in
   * the order it needs. `@Protected()` works either way.
   * @default true
   */
  guard?: boolean | undefined;
  /**
   * On which transports handlers are protected besides HTTP: `graphql()` of `nestjs-stytch/graphql`, `websockets()`
   * of `nestjs-stytch/websockets`, `messages()`. On all others, protected handlers refuse with
   * `context_not_supported`.
   * @default []
   */
  transports?: readonly StytchTransport[] | undefined;
  /** Exceptions from the startup check. */
  startupCheck?: StytchStartupCheckOptions | undefined;
  /**
   * Where the login routes are mounted; `false` mounts none.
   * @default { path: 'auth' }
   */
  routes?: false | StytchRoutesOptions | undefined;
}

/** Exceptions from the startup check: the option `startupCheck`. */
export interface StytchStartupCheckOptions {
  /**
   * Classes that the startup check skips, such as gateways of a third-party package. Their names are
   * logged.
   * @default []
   */
  ignore?: readonly Type[] | undefined;
}

/** Where the login routes are mounted: the option `routes`. */
export interface StytchRoutesOptions {
  /**
   * Path of the login routes below the application's global prefix. `''` mounts them at the root;
   * `routes: false` mounts none.
   * @default 'auth'
   */
  path?: string | undefined;
  /**
   * Path of the login routes as browsers see it, if a proxy rewrites paths.
   *
   * If it ends with the path inside the application, the rest is the prefix that the proxy strips:
   * return addresses get it. Paths in `pages` are paths as browsers see them.
   * @default the global prefix and `routes.path`
   */
  publicPath?: string | undefined;
}

const pathSegments = matching(
  /^\/?([A-Za-z0-9._~-]+(\/[A-Za-z0-9._~-]+)*)?\/?$/,
  'path segments of letters, digits, . _ ~ and -',
);

const transport = objectWithMethods(['callOf'], 'a transport');

export const staticOptions = {
  isGlobal: { ...trueOrFalse, default: true },
  protection: { ...oneOf('opt-in', 'opt-out'), default: 'opt-in' },
  guard: { ...trueOrFalse, default: true },
  transports: {
    accepts: areTransports,
    allowed: 'a list of transports, each for another type of context',
    fix: 'Use a list such as [graphql()], with each transport once.',
    default: [],
  },
} satisfies OptionDefinitions<Omit<StytchStaticOptions, 'startupCheck' | 'routes'>>;

function areTransports(value: unknown): boolean {
  if (!Array.isArray(value) || !value.every(transport.accepts)) return false;
  return new Set((value as StytchTransport[]).map(({ contextType }) => contextType)).size === value.length;
}

export const startupCheckOptions = {
  ignore: {
    ...listOf(functionValue, 'a list of classes'),
    fix: 'Use a list of classes such as [ThirdPartyGateway].',
    default: [],
  },
} satisfies OptionDefinitions<StytchStartupCheckOptions>;

export const routesOptions = {
  path: {
    ...pathSegments,
    fix: "Use a path such as 'auth' or 'account/auth', or '' for the root.",
    default: 'auth',
  },
  publicPath: { ...pathSegments, fix: 'Use the path that browsers see, such as /shop/auth.' },
} satisfies OptionDefinitions<StytchRoutesOptions>;

export type ResolvedStaticOptions = ReturnType<typeof resolveStaticOptions>;

export function resolveStaticOptions(options: StytchStaticOptions) {
  return {
    protection: options.protection ?? staticOptions.protection.default,
    transports: Object.freeze([...(options.transports ?? staticOptions.transports.default)]),
    startupCheck: Object.freeze({ ignore: new Set(options.startupCheck?.ignore) as ReadonlySet<Type> }),
    routes: options.routes === false ? (false as const) : resolveRoutes(options.routes),
  };
}

function resolveRoutes(options?: StytchRoutesOptions) {
  const { path, publicPath } = withDefaults(options, routesOptions);
  return Object.freeze({
    path: withoutOuterSlashes(path),
    publicPath: publicPath === undefined ? undefined : withoutOuterSlashes(publicPath),
  });
}

const withoutOuterSlashes = (path: string) => path.replace(/^\/|\/$/g, '');
