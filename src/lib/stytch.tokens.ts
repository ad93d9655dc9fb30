import { Inject } from '@nestjs/common';

/** The injection token of the official Stytch client. */
export const STYTCH_CLIENT = Symbol('nestjs-stytch:client');

/**
 * Injects the official `stytch` client, configured from the options. Each call has a deadline of 30
 * seconds, follows no redirects and reads at most 8 MB.
 *
 * @example
 * ```ts
 * constructor(@InjectStytchClient() private readonly stytch: Client) {}
 * ```
 */
export const InjectStytchClient = (): PropertyDecorator & ParameterDecorator => Inject(STYTCH_CLIENT);

/** Internal: a function that returns the options as passed, the static options, and both resolved. */
export const GIVEN_OPTIONS = Symbol('nestjs-stytch:given-options');
export const STATIC_OPTIONS = Symbol('nestjs-stytch:static-options');
export const RESOLVED_OPTIONS = Symbol('nestjs-stytch:resolved-options');
/** Internal: the `LimitStorage` in use. */
export const LIMIT_STORAGE = Symbol('nestjs-stytch:limit-storage');
