import { credentialKinds, type CredentialKind } from '../identity/credential-kind.js';
import type { MemberSession, Session, UserSession } from '../identity/session.js';
import type { Clock } from '../ports/clock.js';
import type { SignInDetails } from '../ports/sign-in-details.js';
import type { AnySignInMethod } from '../ports/sign-in-method.js';
import type { StytchTelemetry, StytchTelemetryRecorder } from '../ports/telemetry.js';
import type { StytchBearerOptions } from './bearer.options.js';
import type { StytchCookieOptions } from './cookies.options.js';
import type { StytchHttpOptions } from './http.options.js';
import type { StytchJwtOptions } from './jwt.options.js';
import type { StytchLimitOptions } from './limits.options.js';
import { signInMethods, type B2BSignInMethodOption, type SignInMethodOption } from './methods.options.js';
import { withDefaults, type OptionDefinitions, type WithDefaults } from './option-definition.js';
import type { StytchOrganizationOptions } from './organizations.options.js';
import type { StytchOutageOptions } from './outage.options.js';
import type { StytchPagesOptions } from './pages.options.js';
import type { StytchResourceMetadataOptions } from './resource-metadata.options.js';
import type { StytchSessionOptions } from './session.options.js';
import type { StytchSharedOptions } from './shared.options.js';
import { systemClock } from './system-clock.js';
import {
  functionValue,
  httpOrigin,
  matching,
  objectWithMethods,
  oneOf,
  origin,
  originList,
  trueOrFalse,
} from './value-checks.js';
import type { StytchWebhookOptions } from './webhooks.options.js';

/**
 * The options that modules for consumer and B2B projects have in common. They are checked once, at startup; a
 * `StytchOptionsError` lists all problems.
 */
export interface StytchCommonOptions<Kind extends Session = Session> {
  /**
   * The project ID of your Stytch project: `project-test-…` or `project-live-…`.
   *
   * Environment variable: `STYTCH_PROJECT_ID`.
   */
  projectId: string;
  /**
   * A secret of the same project: `secret-test-…` or `secret-live-…`.
   *
   * Environment variable: `STYTCH_SECRET`.
   */
  secret: string;
  /**
   * The origin at which browsers reach the application, such as `https://app.example.com`. Must be
   * https, or http on loopback.
   *
   * Links, redirects and the cross-site check are based on it, never on the Host header.
   *
   * Environment variable: `STYTCH_APP_URL`.
   */
  appUrl: string;
  /**
   * The origin of Stytch's API: a custom domain of your project, or an emulator on loopback.
   *
   * Environment variable: `STYTCH_API_URL`.
   * @default Stytch's test or live API, depending on `projectId`
   */
  apiUrl?: string | undefined;
  /**
   * The host of an `apiUrl` that is called over plain http although it is not on loopback, such as `emulator` for
   * an emulator in another container. Project ID and secret are sent to it unencrypted. Refused with a live
   * project and while `NODE_ENV` is `production`.
   *
   * Environment variable: `STYTCH_ALLOW_INSECURE_API_HOST`.
   * @default none
   */
  allowInsecureApiHost?: string | undefined;
  /**
   * Whether `apiUrl` may be on loopback, and `secret` one of the emulator, while `NODE_ENV` is
   * `production`. For tests of a production build, and for a local proxy to Stytch. Anyone who reaches an
   * emulator can sign in as any user.
   * @default false
   */
  allowEmulatorInProduction?: boolean | undefined;
  /**
   * Other origins whose pages may send state-changing requests, such as a front end on a sibling host.
   * @default []
   */
  trustedOrigins?: readonly string[] | undefined;
  /**
   * The kinds of credentials that protected handlers accept: `cookie`, `bearer`, `m2m`, `connected-app`.
   * `@Protected({ credentials })` overrides it for a class or a handler.
   * @default [ 'cookie' ]
   */
  credentials?: readonly CredentialKind[] | undefined;
  /** How bearer tokens are accepted. */
  bearer?: StytchBearerOptions | undefined;
  /** What connected apps, such as MCP clients, are told about this application (RFC 9728). */
  resourceMetadata?: StytchResourceMetadataOptions | undefined;
  /**
   * The public token of the same project: `public-token-test-…` or `public-token-live-…`. For OAuth.
   *
   * Environment variable: `STYTCH_PUBLIC_TOKEN`.
   * @default none; OAuth requires it
   */
  publicToken?: string | undefined;
  /** Which pages and redirects are used for sign-in and sign-out. */
  pages?: StytchPagesOptions | undefined;
  /** How long sessions last and how they are verified. */
  session?: StytchSessionOptions | undefined;
  /** What happens while Stytch is unreachable. */
  outage?: StytchOutageOptions | undefined;
  /** Which session JWTs are accepted. */
  jwt?: StytchJwtOptions | undefined;
  /** Names and attributes of the session cookies. */
  cookies?: StytchCookieOptions | undefined;
  /** How many sign-ins may be started, and how many links and codes may be tried. */
  limits?: StytchLimitOptions | undefined;
  /** What the instances of the application share. */
  shared?: StytchSharedOptions | undefined;
  /** How Stytch reports changes to users, members and organizations. */
  webhooks?: StytchWebhookOptions | undefined;
  /** How Stytch's API is called. */
  http?: StytchHttpOptions | undefined;
  /**
   * Called after authentication and before any cookie is set. Use it to map the person to your own
   * account or to restrict domains. Return `false` or throw an `HttpException` to refuse. `details`
   * contains the method, and the tokens of an OAuth provider, which are available nowhere else.
   *
   * A returned promise is awaited. Only `true` and `undefined` accept the sign-in; after any other
   * value the response is a 403 with `sign_in_refused`. A refused session is revoked.
   * @default every sign-in is accepted
   */
  onSignIn?: SignInHook<Kind> | undefined;
  /**
   * Where metrics and spans go, such as `openTelemetry()` of `nestjs-stytch/opentelemetry`.
   * @default nothing is measured
   */
  telemetry?: StytchTelemetry | undefined;
  /**
   * The clock, for tests that control time.
   * @default the system clock
   */
  clock?: Clock | undefined;
}

/** The type of the option `onSignIn`. Only `true` and `undefined` accept the sign-in. */
export type SignInHook<Kind extends Session> = (
  session: Kind,
  details: SignInDetails,
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a hook that returns nothing accepts the sign-in
) => boolean | void | Promise<boolean | void>;

/** The options of `StytchModule`, for consumer projects. */
export interface StytchModuleOptions extends StytchCommonOptions<UserSession> {
  /**
   * How people sign in, in the order of the sign-in page. `POST login` starts the first. With `[]` nobody
   * can sign in here; the session and logout routes remain.
   * @default [magicLinks()]
   */
  methods?: readonly SignInMethodOption[] | undefined;
}

/** The options of `StytchB2BModule`, for B2B projects. */
export interface StytchB2BModuleOptions extends StytchCommonOptions<MemberSession> {
  /**
   * How people sign in, in the order of the sign-in page. `POST login` starts the first. With `[]` nobody
   * can sign in here; the session and logout routes remain.
   * @default [emailMagicLinks()]
   */
  methods?: readonly B2BSignInMethodOption[] | undefined;
  /** How people reach their organizations. */
  organizations?: StytchOrganizationOptions | undefined;
}

/** For `useClass` and `useExisting` of `forRootAsync`: a provider that creates the options. */
export interface StytchOptionsFactory {
  /** Called once, while the application starts. */
  createStytchOptions(): StytchModuleOptions | Promise<StytchModuleOptions>;
}

/** {@link StytchOptionsFactory} for `StytchB2BModule`. */
export interface StytchB2BOptionsFactory {
  /** Called once, while the application starts. */
  createStytchOptions(): StytchB2BModuleOptions | Promise<StytchB2BModuleOptions>;
}

/** The options of either module. A hook takes the sessions of its module only. */
export interface ModuleOptions
  extends StytchCommonOptions<never>, Pick<StytchB2BModuleOptions, 'organizations'> {
  methods?: readonly (SignInMethodOption | B2BSignInMethodOption)[] | undefined;
}

/** The options that are themselves groups of options. Each has its own file. */
export type OptionGroupName =
  | 'bearer'
  | 'resourceMetadata'
  | 'pages'
  | 'session'
  | 'outage'
  | 'jwt'
  | 'cookies'
  | 'limits'
  | 'shared'
  | 'webhooks'
  | 'http'
  | 'organizations';

type UngroupedOptions = Omit<ModuleOptions, OptionGroupName>;

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

const acceptEverySignIn: SignInHook<Session> = () => true;

const credentialKind = oneOf(...credentialKinds);

export const moduleOptions = {
  projectId: {
    ...matching(new RegExp(`^project-(test|live)-${uuid}$`), 'project-test-<uuid> or project-live-<uuid>'),
    fix: 'Copy the project ID from the API keys of your Stytch project.',
    required: true,
    environmentVariable: 'STYTCH_PROJECT_ID',
  },
  secret: {
    // Printable ASCII only: other characters can't be sent in a Basic header, and the SDK would print them.
    ...matching(
      /^secret-(test|live)-[\x21-\x7e]{8,256}$/,
      'secret-test-… or secret-live-…, printable ASCII without spaces',
    ),
    fix: 'Copy a secret from the API keys of the same project.',
    required: true,
    secret: true,
    environmentVariable: 'STYTCH_SECRET',
  },
  appUrl: {
    ...origin,
    fix: 'Use the origin at which browsers reach the application, such as https://app.example.com, without a path.',
    required: true,
    environmentVariable: 'STYTCH_APP_URL',
  },
  apiUrl: {
    // Where http is allowed depends on other options.
    ...httpOrigin,
    fix: "Omit it to use Stytch's API. Otherwise use the origin of a custom domain or of an emulator, without a path.",
    environmentVariable: 'STYTCH_API_URL',
  },
  allowInsecureApiHost: {
    ...matching(/^[a-z\d]([a-z\d.-]*[a-z\d])?$/i, 'a host name without scheme and port'),
    fix: "Omit it, or name the host of apiUrl, such as 'emulator'.",
    environmentVariable: 'STYTCH_ALLOW_INSECURE_API_HOST',
  },
  allowEmulatorInProduction: { ...trueOrFalse, default: false },
  trustedOrigins: { ...originList, default: [] },
  methods: signInMethods,
  publicToken: {
    ...matching(/^public-token-(test|live)-[\w-]{8,256}$/, 'public-token-test-… or public-token-live-…'),
    fix: 'Copy the public token from the API keys of the same project.',
    environmentVariable: 'STYTCH_PUBLIC_TOKEN',
  },
  credentials: {
    accepts: (value) => Array.isArray(value) && value.length > 0 && value.every(credentialKind.accepts),
    allowed: `a list of one or more of ${credentialKinds.map((kind) => `'${kind}'`).join(', ')}`,
    default: ['cookie'],
  },
  onSignIn: {
    ...functionValue,
    fix: 'Pass a function that takes the session, or omit it to accept every sign-in.',
    default: acceptEverySignIn,
  },
  telemetry: {
    ...objectWithMethods(['connect'], 'an object with connect(), such as openTelemetry()'),
    fix: 'Omit it to measure nothing.',
  },
  clock: {
    ...objectWithMethods(['nowMs', 'monotonicMs'], 'an object with nowMs() and monotonicMs()'),
    fix: 'Omit it to use the system clock.',
    default: systemClock,
  },
} satisfies OptionDefinitions<UngroupedOptions>;

/** Stytch's own hosts. As in its SDKs, the project ID determines which one is used. */
const stytchApiUrls = { test: 'https://test.stytch.com', live: 'https://api.stytch.com' };

export interface ResolvedModuleOptions extends Omit<
  WithDefaults<UngroupedOptions, typeof moduleOptions>,
  | 'apiUrl'
  | 'trustedOrigins'
  | 'allowInsecureApiHost'
  | 'allowEmulatorInProduction'
  | 'methods'
  | 'onSignIn'
  | 'telemetry'
> {
  readonly apiUrl: string;
  readonly trustedOrigins: ReadonlySet<string>;
  /** Undefined for the default, which this folder can't create. */
  readonly methods: readonly AnySignInMethod[] | undefined;
  /** Called with sessions of the module's product only. */
  readonly onSignIn: SignInHook<Session>;
  /** Connected. Undefined if nothing is measured. */
  readonly telemetry: StytchTelemetryRecorder | undefined;
}

/** Resolves the options that belong to no group. */
export function resolveModuleOptions(options: ModuleOptions): ResolvedModuleOptions {
  const { projectId, secret, appUrl, trustedOrigins, credentials, onSignIn, clock, ...rest } = withDefaults(
    options as UngroupedOptions,
    moduleOptions,
  );
  const apiUrl = rest.apiUrl === undefined ? stytchApiUrlOf(projectId) : new URL(rest.apiUrl).origin;
  return {
    projectId,
    secret,
    appUrl: new URL(appUrl).origin,
    apiUrl,
    trustedOrigins: new Set(trustedOrigins.map((value) => new URL(value).origin)),
    credentials: Object.freeze([...credentials]),
    methods: rest.methods && Object.freeze(rest.methods.flat()),
    publicToken: rest.publicToken,
    onSignIn: onSignIn as SignInHook<Session>,
    telemetry: rest.telemetry?.connect(apiUrl),
    clock,
  };
}

const stytchApiUrlOf = (projectId: string) =>
  projectId.startsWith('project-live-') ? stytchApiUrls.live : stytchApiUrls.test;
