import { Module } from '@nestjs/common';
import { configurableModuleFor, moduleExports, moduleProviders } from '../lib/internal.js';
import type { StytchB2BModuleOptions } from '../lib/internal.js';
import { b2bProduct } from './b2b-product.js';

/**
 * Requires login with Stytch in a Nest application whose customers are organizations: the guard, the login
 * routes and the client. For B2B projects; an application has either this module or `StytchModule`.
 *
 * @example
 * ```ts
 * @Module({ imports: [ConfigModule.forRoot(), StytchB2BModule.forRoot()] })
 * export class AppModule {}
 * ```
 */
@Module({
  providers: moduleProviders(b2bProduct),
  exports: moduleExports(b2bProduct),
})
export class StytchB2BModule extends configurableModuleFor<StytchB2BModuleOptions>(b2bProduct) {}
