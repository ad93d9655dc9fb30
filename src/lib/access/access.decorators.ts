import { SetMetadata, type CustomDecorator } from '@nestjs/common';

/** Whether a handler needs a session. */
export type Access = 'protected' | 'public' | 'optional';

/** One key for all three decorators: what stands on the handler goes before what stands on its class. */
export const ACCESS_KEY = 'nestjs-stytch:access';

/**
 * Requires a session: on a controller for all its handlers, or on one handler. Without one the
 * handler does not run and the answer is a 401 with a stable `code`.
 *
 * @example
 * ```ts
 * @Protected()
 * @Controller('invoices')
 * export class InvoicesController {
 *   @Get()
 *   list(@CurrentSession() session: UserSession) {
 *     return this.invoices.of(session.userId);
 *   }
 * }
 * ```
 */
export const Protected = (): CustomDecorator => SetMetadata(ACCESS_KEY, 'protected' satisfies Access);

/**
 * Requires nothing, and does no session work at all: for a handler of a protected controller, or
 * for anything where protection is `opt-out`.
 */
export const Public = (): CustomDecorator => SetMetadata(ACCESS_KEY, 'public' satisfies Access);

/**
 * Lets everybody in and says who it is where that can be told at once: `@CurrentSession()` is
 * `undefined` on any doubt. Waits for Stytch half a second at most.
 */
export const OptionalSession = (): CustomDecorator => SetMetadata(ACCESS_KEY, 'optional' satisfies Access);

export const ALLOW_CROSS_SITE_KEY = 'nestjs-stytch:allow-cross-site';

/**
 * Lets pages of any site send requests that change something to a protected handler, with the
 * person's cookies. For handlers that have a defence of their own; consider `trustedOrigins` first,
 * which names the sites. Without it such requests are answered 403 `cross_site_refused`.
 */
export const AllowCrossSite = (): CustomDecorator => SetMetadata(ALLOW_CROSS_SITE_KEY, true);
