import { withDefaults, type OptionDefinitions, type WithDefaults } from './option-definition.js';
import { matching, oneOf, trueOrFalse, wholeNumber } from './value-checks.js';

/** How long sessions last and how they are verified: the option `session`. */
export interface StytchSessionOptions {
  /**
   * Which sessions are accepted: those of `any` application of the Stytch project, or only the application's
   * `own`.
   *
   * Without it, a session that was started elsewhere, such as with Stytch's browser SDK, is accepted without
   * `onSignIn` having been called. With `own`, sign-ins write the custom claim
   * `nestjs-stytch:application` into the session, and a session without it gets a 401
   * `session_not_accepted`. Its cookies stay. People who are signed in when the option is turned on sign in
   * once more. Nobody can be impersonated: Stytch writes no custom claims into the session of an impersonation.
   * @default 'any'
   */
  accept?: 'any' | 'own' | undefined;
  /**
   * With `accept: 'own'`, what identifies this application in its sessions: 1 to 200 characters, the same in
   * all of its processes. Two applications of a project that share it accept each other's sessions.
   * @default the origin of `appUrl`
   */
  applicationId?: string | undefined;
  /**
   * How long a session lasts after sign-in, in minutes: 5 to 527040 (366 days), the range that Stytch
   * supports. With `extendOnRefresh`, an open socket, subscription or event stream counts as use; set `maxLifetimeMinutes`
   * to bound it.
   *
   * Environment variable: `STYTCH_SESSION_DURATION_MINUTES`.
   * @default 60
   */
  durationMinutes?: number | undefined;
  /**
   * How far ahead of the server's clock a session JWT may have been issued, in seconds: 0 to 300.
   *
   * By at most as much, and by five seconds in any case, the server's clock may differ from Stytch's time:
   * the `Date` header of its responses, and the monotonic clock since. Otherwise requests get 503
   * `clock_skew` until the clock is synchronized. After the machine was suspended, the first request
   * waits for a response of Stytch that confirms the time.
   * @default 30
   */
  clockSkewSeconds?: number | undefined;
  /**
   * Whether using a session extends it. `durationMinutes` is then an idle timeout.
   *
   * Each refresh, one per JWT lifetime of five minutes, moves the end of the session to
   * `durationMinutes` from then.
   * @default false
   */
  extendOnRefresh?: boolean | undefined;
  /**
   * Maximum time between sign-in and the end of the session, however often it was extended, in
   * minutes: 5 to 527040.
   * @default no limit besides Stytch's
   */
  maxLifetimeMinutes?: number | undefined;
  /**
   * Memory for sessions, in megabytes: 1 to 1024. It holds verified JWTs, refreshed JWTs and which
   * opaque tokens are genuine; the least recently used are evicted.
   *
   * A session counts as 5 kilobytes, or as 18 if its JWT has 5.4 kilobytes and fits no cookie. A
   * session that was evicted is verified again; without a usable JWT it costs one call to Stytch.
   *
   * Set it to twice what the sessions in use need: the oldest half is evicted at once, and a session
   * has an old and a new JWT while it is refreshed.
   * @default 32
   */
  cacheMegabytes?: number | undefined;
}

export const sessionOptions = {
  accept: { ...oneOf('any', 'own'), default: 'any' },
  applicationId: matching(/^[\x20-\x7e]{1,200}$/, '1 to 200 printable ASCII characters'),
  durationMinutes: {
    ...wholeNumber(5, 527_040),
    default: 60,
    environmentVariable: 'STYTCH_SESSION_DURATION_MINUTES',
  },
  clockSkewSeconds: {
    ...wholeNumber(0, 300),
    fix: "For larger differences, synchronize the server's clock (NTP).",
    default: 30,
  },
  extendOnRefresh: { ...trueOrFalse, default: false },
  maxLifetimeMinutes: wholeNumber(5, 527_040),
  cacheMegabytes: { ...wholeNumber(1, 1024), default: 32 },
} satisfies OptionDefinitions<StytchSessionOptions>;

export type ResolvedSessionOptions = WithDefaults<StytchSessionOptions, typeof sessionOptions>;

export const resolveSessionOptions = (options?: StytchSessionOptions): ResolvedSessionOptions =>
  withDefaults(options, sessionOptions);
