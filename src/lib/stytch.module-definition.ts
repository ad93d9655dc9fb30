import {
  ConfigurableModuleBuilder,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  type FactoryProvider,
  type Provider,
} from '@nestjs/common';
import { APP_GUARD, RouterModule } from '@nestjs/core';
import { SessionGuard } from './access/session.guard.js';
import { AuthController } from './auth/auth.controller.js';
import type { StytchModuleOptions } from './options/module.options.js';
import { routesOptions, type StytchStaticOptions } from './options/static.options.js';
import { GIVEN_OPTIONS, STATIC_OPTIONS } from './stytch.tokens.js';

/** The names of the static options, so that the builder separates them from the others. */
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

/** The options as passed. A function, so that printing or serializing the provider shows nothing of them. */
export type GivenOptions = () => StytchModuleOptions;

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<StytchModuleOptions>({
  optionsInjectionToken: GIVEN_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createStytchOptions')
  .setExtras<StytchStaticOptions>(noStaticOptions, shapeApplication)
  .build();

/** What Nest needs before it runs a factory: routes, the binding of the guard, visibility. */
function shapeApplication(definition: DynamicModule, extras: StytchStaticOptions): DynamicModule {
  const { isGlobal, guard, routes } = extras;
  // The path is checked at startup with the other options. Until then an invalid one must not throw.
  const path =
    routes === false || typeof routes?.path !== 'string' ? routesOptions.path.default : routes.path;
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
      ...(definition.providers ?? []).map(concealOptions),
      { provide: STATIC_OPTIONS, useValue: staticOptionsOf(extras) },
      ...bindGuard,
    ],
  };
}

/** The builder makes the options a provider, with a value or a factory. */
function concealOptions(provider: Provider): Provider {
  if (typeof provider === 'function' || provider.provide !== GIVEN_OPTIONS) return provider;
  const conceal =
    (options: StytchModuleOptions): GivenOptions =>
    () =>
      options;
  if ('useValue' in provider)
    return { ...provider, useValue: conceal(provider.useValue as StytchModuleOptions) };
  const { useFactory, ...factory } = provider as FactoryProvider<StytchModuleOptions>;
  return {
    ...factory,
    useFactory: async (...parameters) => conceal(await useFactory(...(parameters as unknown[]))),
  };
}

/** The builder passes all options; only the static ones are returned. */
function staticOptionsOf(extras: StytchStaticOptions): StytchStaticOptions {
  const { isGlobal, protection, guard, startupCheck, routes } = extras;
  return { isGlobal, protection, guard, startupCheck, routes };
}
