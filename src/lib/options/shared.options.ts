import type { LimitStorage } from '../ports/limit-storage.js';
import type { PendingRevocationStorage } from '../ports/pending-revocation-storage.js';
import type { RevocationChannel } from '../ports/revocation-channel.js';
import { hideProperties } from './hide-properties.js';
import { withDefaults, type OptionDefinitions, type WithDefaults } from './option-definition.js';
import { objectWithMethods } from './value-checks.js';

/** What the instances of the application share: the option `shared`. */
export interface StytchSharedOptions {
  /**
   * How the instances of the application learn of each other's sign-outs and webhooks, such as `redisRevocations` of
   * `nestjs-stytch/redis`.
   *
   * Without it, a session that was signed out on one instance is accepted by the others until its JWT expires,
   * for up to five minutes. With it, all instances refuse the session as soon as they receive the notice. No
   * request waits for the channel. While it fails, instances refuse only what they have learnt.
   * @default none: each instance knows its own sign-outs only
   */
  revocations?: RevocationChannel | undefined;
  /**
   * Where revocations wait that Stytch has not confirmed, such as `redisPendingRevocations` of
   * `nestjs-stytch/redis`.
   *
   * With it, they survive the process, and any instance retries them, each by one at a time. Only sessions whose id is
   * known are stored: a session known by its opaque token only is retried by the process that revoked it.
   * @default the memory of each instance, which tries once more at shutdown and logs what is lost
   */
  pendingRevocations?: PendingRevocationStorage | undefined;
  /**
   * Where limits are counted, so that several instances count together, such as `redisLimits` of
   * `nestjs-stytch/redis`, or any storage of `@nestjs/throttler`.
   *
   * A sign-in waits for it for up to 50 milliseconds. While it fails or is slow, each instance counts in its own
   * memory.
   * @default the memory of each instance
   */
  limits?: LimitStorage | undefined;
}

export const sharedOptions = {
  revocations: {
    ...objectWithMethods(['connect'], 'an object with connect(), such as redisRevocations(client)'),
    fix: 'Omit it if the application has one instance.',
  },
  pendingRevocations: {
    ...objectWithMethods(
      ['put', 'claim', 'remove'],
      'an object with put(), claim() and remove(), such as redisPendingRevocations(client)',
    ),
    fix: 'Omit it to keep them in the memory of each instance.',
  },
  limits: {
    ...objectWithMethods(['increment'], 'an object with increment(), such as redisLimits(client)'),
    fix: 'Omit it to count in the memory of each instance.',
  },
} satisfies OptionDefinitions<StytchSharedOptions>;

export type ResolvedSharedOptions = WithDefaults<StytchSharedOptions, typeof sharedOptions>;

export const resolveSharedOptions = (options?: StytchSharedOptions): ResolvedSharedOptions =>
  Object.freeze(
    hideProperties(
      { ...withDefaults(options, sharedOptions) },
      'revocations',
      'pendingRevocations',
      'limits',
    ),
  );
