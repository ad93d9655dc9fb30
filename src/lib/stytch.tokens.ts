import { Inject } from '@nestjs/common';

/** The official Stytch client, wherever `StytchModule` is in reach. */
export const STYTCH_CLIENT = Symbol('nestjs-stytch:client');

/**
 * Injects the official `stytch` client, pointed where the options say and bounded: no call takes
 * longer than 30 seconds, follows a redirect, or reads more than 8 MB.
 *
 * @example
 * ```ts
 * constructor(@InjectStytchClient() private readonly stytch: Client) {}
 * ```
 */
export const InjectStytchClient = (): PropertyDecorator & ParameterDecorator => Inject(STYTCH_CLIENT);

/** Within the package: the options as given, what stands beside them, and both checked and filled in. */
export const GIVEN_OPTIONS = Symbol('nestjs-stytch:given-options');
export const STATIC_OPTIONS = Symbol('nestjs-stytch:static-options');
export const RESOLVED_OPTIONS = Symbol('nestjs-stytch:resolved-options');
/** Within the package: the `LimitStorage` in use. */
export const LIMIT_STORAGE = Symbol('nestjs-stytch:limit-storage');
