import {
  ConfigurableModuleBuilder,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  type Provider,
} from '@nestjs/common';
import { APP_GUARD, RouterModule } from '@nestjs/core';
import { SessionGuard } from './access/session.guard.js';
import { AuthController } from './auth/auth.controller.js';
import type { StytchModuleOptions, StytchStaticOptions } from './options/stytch-options.js';
import { GIVEN_OPTIONS, STATIC_OPTIONS } from './stytch.tokens.js';

/** Every static option, so that the builder tells them from the others. */
const noStaticOptions: Record<keyof StytchStaticOptions, undefined> = {
  isGlobal: undefined,
  protection: undefined,
  guard: undefined,
  startupCheck: undefined,
  routes: undefined,
};

/**
 * What `forRootAsync` takes: `useFactory`, `useClass` or `useExisting`, and the static options. A factory
 * can't return static options, because Nest creates routes and guards before it calls the factory.
 */
export type StytchModuleAsyncOptions = ConfigurableModuleAsyncOptions<
  StytchModuleOptions & { readonly [name in keyof StytchStaticOptions]?: undefined },
  'createStytchOptions'
> &
  StytchStaticOptions;

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<StytchModuleOptions>({
  optionsInjectionToken: GIVEN_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createStytchOptions')
  .setExtras<StytchStaticOptions>(noStaticOptions, shapeApplication)
  .build();

/** What has to be settled before any factory runs: routes, the guard's binding, visibility. */
function shapeApplication(definition: DynamicModule, extras: StytchStaticOptions): DynamicModule {
  const { isGlobal, guard, routes } = extras;
  // Checked at boot with the rest; until then a malformed path must not break the layout.
  const path = routes === false || typeof routes?.path !== 'string' ? 'auth' : routes.path;
  const bindGuard: Provider[] = guard === false ? [] : [{ provide: APP_GUARD, useExisting: SessionGuard }];
  return {
    ...definition,
    global: isGlobal !== false,
    imports: [
      ...(definition.imports ?? []),
      ...(path === '' ? [] : [RouterModule.register([{ path, module: definition.module }])]),
    ],
    controllers: routes === false ? [] : [AuthController],
    providers: [
      ...(definition.providers ?? []),
      { provide: STATIC_OPTIONS, useValue: staticOptionsOf(extras) },
      ...bindGuard,
    ],
  };
}

/** The builder mixes the other options in; only ours are kept. */
function staticOptionsOf(extras: StytchStaticOptions): StytchStaticOptions {
  const { isGlobal, protection, guard, startupCheck, routes } = extras;
  return { isGlobal, protection, guard, startupCheck, routes };
}
