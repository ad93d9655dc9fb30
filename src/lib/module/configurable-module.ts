import {
  ConfigurableModuleBuilder,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  type FactoryProvider,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, RouterModule } from '@nestjs/core';
import { SessionGuard } from '../access/session.guard.js';
import { StytchOptionsError } from '../errors/stytch-options.error.js';
import type {
  ModuleOptions,
  StytchB2BModuleOptions,
  StytchModuleOptions,
} from '../options/module.options.js';
import { routesOptions, type StytchStaticOptions } from '../options/static.options.js';
import { stytchConfig } from '../options/stytch.config.js';
import { GIVEN_OPTIONS, STATIC_OPTIONS } from '../stytch.tokens.js';
import type { StytchTransport } from '../ports/transport.js';
import { WebhooksController } from '../webhooks/webhooks.controller.js';
import type { ProductDefinition } from './product-definition.js';

/** The names of the static options, so that the builder separates them from the others. */
const noStaticOptions: Record<keyof StytchStaticOptions, undefined> = {
  isGlobal: undefined,
  protection: undefined,
  guard: undefined,
  transports: undefined,
  startupCheck: undefined,
  routes: undefined,
};

/**
 * What `forRootAsync` takes: `useFactory`, `useClass` or `useExisting`, and the static options. A factory
 * can't return static options, because Nest creates routes and guards before it calls the factory.
 */
export type StytchAsyncOptions<Options> = ConfigurableModuleAsyncOptions<
  Options & { readonly [name in keyof StytchStaticOptions]?: undefined },
  'createStytchOptions'
> &
  StytchStaticOptions;

/** What `StytchModule.forRootAsync` takes. */
export type StytchModuleAsyncOptions = StytchAsyncOptions<StytchModuleOptions>;

/** What `StytchB2BModule.forRootAsync` takes. */
export type StytchB2BModuleAsyncOptions = StytchAsyncOptions<StytchB2BModuleOptions>;

/** The static methods of a module. */
export interface StytchModuleClass<Options> {
  new (): object;
  /**
   * @param options all options, static ones included. Without it they are read from the environment with
   * `@nestjs/config`; see {@link stytchConfig}.
   */
  forRoot(options?: Options & StytchStaticOptions): DynamicModule;
  /** Options from a provider: `useFactory`, `useClass` or `useExisting`. Static options go next to it. */
  forRootAsync(options: StytchAsyncOptions<Options>): DynamicModule;
}

/** The options as passed. A function, so that printing or serializing the provider shows nothing of them. */
export type GivenOptions = () => ModuleOptions;

/** The base class of the module for a product. */
export function configurableModuleFor<Options extends object>({
  controllers,
}: ProductDefinition): StytchModuleClass<Options> {
  const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<ModuleOptions>({
    optionsInjectionToken: GIVEN_OPTIONS,
  })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createStytchOptions')
    .setExtras<StytchStaticOptions>(noStaticOptions, (definition, extras) =>
      shapeApplication(definition, extras, controllers),
    )
    .build();

  return class extends ConfigurableModuleClass {
    static override forRoot(options?: ModuleOptions & StytchStaticOptions): DynamicModule {
      return options === undefined ? this.forRootAsync(stytchConfig.asProvider()) : super.forRoot(options);
    }

    static override forRootAsync(options: StytchAsyncOptions<ModuleOptions>): DynamicModule {
      if (!options.useFactory && !options.useClass && !options.useExisting) throw withoutFactory();
      return super.forRootAsync(options);
    }
  } as unknown as StytchModuleClass<Options>;
}

const withoutFactory = () =>
  new StytchOptionsError([
    {
      path: 'forRootAsync',
      given: 'neither a factory nor a class',
      allowed: 'useFactory, useClass or useExisting',
      fix: 'Use forRootAsync({ useFactory: () => ({ … }) }), or forRoot() to read the environment.',
    },
  ]);

/** What Nest needs before it runs a factory: routes, the binding of the guard, visibility. */
function shapeApplication(
  definition: DynamicModule,
  extras: StytchStaticOptions,
  controllers: readonly Type[],
): DynamicModule {
  const { isGlobal, guard, routes } = extras;
  // The path is checked at startup with the other options. Until then an invalid one must not throw.
  const path =
    routes === false || typeof routes?.path !== 'string' ? routesOptions.path.default : routes.path;
  const ofTransports = providersOf(extras);
  const bindGuard: Provider[] = guard === false ? [] : [{ provide: APP_GUARD, useExisting: SessionGuard }];
  return {
    ...definition,
    global: isGlobal !== false,
    imports: [
      ...(definition.imports ?? []),
      ...(path === '' ? [] : [RouterModule.register([{ path, module: definition.module }])]),
    ],
    controllers: routes === false ? [] : [...controllers, WebhooksController],
    providers: [
      ...(definition.providers ?? []).map(concealOptions),
      { provide: STATIC_OPTIONS, useValue: staticOptionsOf(extras) },
      ...bindGuard,
      ...ofTransports,
    ],
    exports: [...(definition.exports ?? []), ...ofTransports],
  };
}

/** Those of transports. What is no list of transports is reported at startup with the other options. */
const providersOf = ({ transports }: StytchStaticOptions): Provider[] =>
  Array.isArray(transports)
    ? transports.flatMap((transport: StytchTransport | undefined) => transport?.providers ?? [])
    : [];

/** The builder makes the options a provider, with a value or a factory. */
function concealOptions(provider: Provider): Provider {
  if (typeof provider === 'function' || provider.provide !== GIVEN_OPTIONS) return provider;
  const conceal =
    (options: ModuleOptions): GivenOptions =>
    () =>
      options;
  if ('useValue' in provider) return { ...provider, useValue: conceal(provider.useValue as ModuleOptions) };
  const { useFactory, ...factory } = provider as FactoryProvider<ModuleOptions>;
  return {
    ...factory,
    useFactory: async (...parameters) => conceal(await useFactory(...(parameters as unknown[]))),
  };
}

/** The builder passes all options; only the static ones are returned. */
function staticOptionsOf(extras: StytchStaticOptions): StytchStaticOptions {
  const { isGlobal, protection, guard, transports, startupCheck, routes } = extras;
  return { isGlobal, protection, guard, transports, startupCheck, routes };
}
