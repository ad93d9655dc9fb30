import type { LimitStorage } from '../ports/limit-storage.js';
import { hideProperties } from './hide-properties.js';
import { withDefaults, type OptionDefinitions } from './option-definition.js';
import { objectWithMethods, wholeNumber, type ValueCheck } from './value-checks.js';

export interface StytchLimitOptions {
  /**
   * Maximum number of links per email address, `{ max, windowSeconds }` or `false`, whether or not
   * the account exists. Prevents mailbox flooding.
   * @default { max: 5, windowSeconds: 600 }
   */
  perAddress?: StytchLimit | false | undefined;
  /**
   * Maximum number of links requested, and of links opened, per IPv4 address or IPv6 /64 network:
   * `{ max, windowSeconds }` or `false`.
   *
   * The IP address is the one that the platform reports. Behind a proxy, configure Express's
   * `trust proxy` or Fastify's `trustProxy`.
   * @default { max: 50, windowSeconds: 600 }
   */
  perIp?: StytchLimit | false | undefined;
  /**
   * Where the limits are counted. Accepts any storage of `@nestjs/throttler`, so that several
   * instances count together.
   *
   * While the storage fails, each process counts in its own memory.
   * @default the memory of this process
   */
  storage?: LimitStorage | undefined;
}

export interface StytchLimit {
  /** Maximum number within the window: 1 to 100000. */
  max: number;
  /** Length of the window in seconds: 1 to 86400. */
  windowSeconds: number;
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
  perIp: { ...limit, default: { max: 50, windowSeconds: 600 } },
  storage: {
    ...objectWithMethods(['increment'], 'an object with increment(), such as a storage of @nestjs/throttler'),
    fix: 'Omit it to count in the memory of this process.',
  },
} satisfies OptionDefinitions<StytchLimitOptions>;

export interface ResolvedLimitOptions {
  /** Undefined if the limit is off. */
  readonly perAddress: Readonly<StytchLimit> | undefined;
  /** Undefined if the limit is off. */
  readonly perIp: Readonly<StytchLimit> | undefined;
  readonly storage: LimitStorage | undefined;
}

export function resolveLimitOptions(options?: StytchLimitOptions): ResolvedLimitOptions {
  const { perAddress, perIp, storage } = withDefaults(options, limitOptions);
  const resolved = { perAddress: enabledLimit(perAddress), perIp: enabledLimit(perIp), storage };
  return Object.freeze(hideProperties(resolved, 'storage'));
}

const enabledLimit = (value: StytchLimit | false): Readonly<StytchLimit> | undefined =>
  value === false ? undefined : Object.freeze({ ...value });
