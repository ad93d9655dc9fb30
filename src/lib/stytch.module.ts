import { Module } from '@nestjs/common';
import { configurableModuleFor } from './module/configurable-module.js';
import { consumerProduct } from './module/consumer-product.js';
import { moduleExports, moduleProviders } from './module/module-providers.js';
import type { StytchModuleOptions } from './options/module.options.js';

/**
 * Requires login with Stytch in a Nest application: the guard, the login routes and the client. For consumer
 * projects; for B2B projects there is `StytchB2BModule` in `nestjs-stytch/b2b`.
 *
 * @example
 * ```ts
 * @Module({ imports: [ConfigModule.forRoot(), StytchModule.forRoot()] })
 * export class AppModule {}
 * ```
 */
@Module({ providers: moduleProviders(consumerProduct), exports: moduleExports(consumerProduct) })
export class StytchModule extends configurableModuleFor<StytchModuleOptions>(consumerProduct) {}
