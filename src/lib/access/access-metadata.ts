/** Whether a handler needs a session. */
export type Access = 'protected' | 'public' | 'optional';

/** One key for all three decorators, so that a decorator on a handler overrides the one on its class. */
export const ACCESS_KEY = 'nestjs-stytch:access';

/** Every access declared on one target, so that the startup check can find contradictions. */
export const DECLARED_ACCESS_KEY = 'nestjs-stytch:declared-access';

export const ALLOW_CROSS_SITE_KEY = 'nestjs-stytch:allow-cross-site';

/** What a class or a method requires besides a session. */
export const REQUIREMENTS_KEY = 'nestjs-stytch:requirements';
