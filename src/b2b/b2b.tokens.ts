import { Inject } from '@nestjs/common';

/** The injection token of the official Stytch client for B2B projects. */
export const STYTCH_B2B_CLIENT = Symbol('nestjs-stytch:b2b-client');

/**
 * Injects the official `stytch` client for B2B projects, configured from the options. Each call has a deadline
 * of 30 seconds, follows no redirects and reads at most 8 MB.
 *
 * @example
 * ```ts
 * constructor(@InjectStytchB2BClient() private readonly stytch: B2BClient) {}
 * ```
 */
export const InjectStytchB2BClient = (): PropertyDecorator & ParameterDecorator => Inject(STYTCH_B2B_CLIENT);
