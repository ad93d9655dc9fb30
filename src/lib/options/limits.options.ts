import { withDefaults, type OptionDefinitions } from './option-definition.js';
import { functionValue, wholeNumber, type ValueCheck } from './value-checks.js';

/** Rate limits of sign-ins: the option `limits`. */
export interface StytchLimitOptions {
  /**
   * Maximum number of sign-ins that one IPv4 address or IPv6 /48 network starts for an email address or
   * phone number, `{ max, windowSeconds }` or `false`, whether or not the account exists: links and codes
   * requested, passwords tried. Other networks can still start sign-ins for it. It may try four times as
   * many codes, and each code five times.
   * @default { max: 5, windowSeconds: 600 }
   */
  perAddress?: StytchLimit | false | undefined;
  /**
   * Maximum number of sign-ins for an email address or phone number from all networks together,
   * `{ max, windowSeconds }` or `false`. Prevents flooding.
   *
   * Others can't keep a browser from signing in that started a sign-in for the address before and has not
   * completed it: once this limit or `limits.perAddress` is exceeded, such browsers are counted separately.
   * Each has `limits.perAddress`, and together they have this limit once more.
   * @default { max: 20, windowSeconds: 600 }
   */
  perAddressTotal?: StytchLimit | false | undefined;
  /**
   * Maximum number of sign-ins started, of links opened, and of codes tried, per IPv4 address or IPv6 /64 network:
   * `{ max, windowSeconds }` or `false`. An IPv6 /48 network may use ten times as many.
   *
   * The IP address is the one that the platform reports. Behind a proxy, configure Express's
   * `trust proxy` or Fastify's `trustProxy`. While requests recognizably arrive through a proxy that is
   * not trusted, or the address is unknown, all those clients together may use ten times as many in each
   * process.
   * @default { max: 300, windowSeconds: 600 }
   */
  perIp?: StytchLimit | false | undefined;
  /**
   * Called when a limit would refuse to start a sign-in, for example to verify a CAPTCHA that was sent
   * with the request. Return `true` to allow the request.
   *
   * A returned promise is awaited for up to 5 seconds. After any other value, an error or a timeout the
   * request is refused. Called at most once for each request, with the first limit that is exceeded;
   * `true` lets the request exceed all of them. At most 100 calls run at a time; further requests are
   * refused.
   * @default requests that exceed a limit are refused
   */
  challenge?: ((challenge: StytchLimitChallenge) => boolean | Promise<boolean>) | undefined;
}

/** A number of requests within a window of time. */
export interface StytchLimit {
  /** Maximum number within the window: 1 to 100000. */
  max: number;
  /** Length of the window in seconds: 1 to 86400. */
  windowSeconds: number;
}

/**
 * - `address`: `limits.perAddress`
 * - `address_total`: `limits.perAddressTotal`
 * - `code`: five tries of one code
 * - `ip`: `limits.perIp`
 * - `ipv6_48`: ten times `limits.perIp`, for an IPv6 /48 network
 * - `process`: what one process accepts in total. Link requests are only limited by it while clients are
 *   indistinguishable; see `limits.perIp`.
 *
 * New names may be added in minor versions.
 */
export type StytchLimitName = 'address' | 'address_total' | 'code' | 'ip' | 'ipv6_48' | 'process';

/** A request that a limit would refuse. */
export interface StytchLimitChallenge {
  /** The first limit that the request exceeds. */
  readonly limit: StytchLimitName;
  /** The request of Express or Fastify, with the parsed body. */
  readonly request: unknown;
}

const limit: ValueCheck = {
  accepts: (value) => value === false || isLimit(value),
  allowed: '{ max, windowSeconds } with whole numbers from 1 to 100000 and from 1 to 86400, or false',
  fix: 'Use a limit such as { max: 5, windowSeconds: 600 }.',
};

function isLimit(value: unknown): boolean {
  const { max, windowSeconds } = (value ?? {}) as Record<string, unknown>;
  return wholeNumber(1, 100_000).accepts(max) && wholeNumber(1, 86_400).accepts(windowSeconds);
}

export const limitOptions = {
  perAddress: { ...limit, default: { max: 5, windowSeconds: 600 } },
  perAddressTotal: { ...limit, default: { max: 20, windowSeconds: 600 } },
  perIp: { ...limit, default: { max: 300, windowSeconds: 600 } },
  challenge: {
    ...functionValue,
    fix: 'Pass a function that returns true to allow a request, or omit it to refuse every request that exceeds a limit.',
  },
} satisfies OptionDefinitions<StytchLimitOptions>;

export interface ResolvedLimitOptions {
  /** Undefined if the limit is off. */
  readonly perAddress: Readonly<StytchLimit> | undefined;
  /** Undefined if the limit is off. */
  readonly perAddressTotal: Readonly<StytchLimit> | undefined;
  /** Undefined if the limit is off. */
  readonly perIp: Readonly<StytchLimit> | undefined;
  readonly challenge: StytchLimitOptions['challenge'];
}

export function resolveLimitOptions(options?: StytchLimitOptions): ResolvedLimitOptions {
  const { perAddress, perAddressTotal, perIp, challenge } = withDefaults(options, limitOptions);
  return Object.freeze({
    perAddress: enabledLimit(perAddress),
    perAddressTotal: enabledLimit(perAddressTotal),
    perIp: enabledLimit(perIp),
    challenge,
  });
}

const enabledLimit = (value: StytchLimit | false): Readonly<StytchLimit> | undefined =>
  value === false ? undefined : Object.freeze({ ...value });
