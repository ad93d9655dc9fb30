import {
  Inject,
  Logger,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { AccessRequirements } from './access/access-requirements.js';
import { SessionGuard } from './access/session.guard.js';
import { StartupCheck } from './access/startup-check/startup-check.js';
import { TransportExceptions } from './access/transport-exceptions.js';
import { Refusals } from './http/refusals.js';
import { SendMagicLink } from './auth/methods/magic-link/send-magic-link.js';
import { AuthResponses } from './auth/auth-responses.js';
import { StartSession } from './auth/start-session.js';
import { ConfirmNonces } from './auth/confirm-nonce.js';
import { SignInBindings } from './auth/sign-in-binding.js';
import { SignInLimits } from './auth/sign-in-limits.js';
import { SignIn } from './auth/sign-in.js';
import { SignOut } from './auth/sign-out.js';
import { SessionCookies } from './cookies/session-cookies.js';
import { StytchOptionsError } from './errors/stytch-options.error.js';
import { StytchEvents } from './events/stytch-events.js';
import { ApplicationRoutes } from './http/application-routes.js';
import { resolveOptions, type ResolvedOptions } from './options/resolve-options.js';
import { stytchConfig } from './options/stytch.config.js';
import type { StytchModuleOptions, StytchStaticOptions } from './options/stytch-options.js';
import { RequestAuthenticator } from './session/authenticate-request.js';
import { sessionProviders } from './session/session.providers.js';
import { SigningKeys } from './session/verify/signing-keys.js';
import { BoundedDispatcher } from './stytch-api/bounded-dispatcher.js';
import { stytchApiProviders } from './stytch-api/stytch-api.providers.js';
import { ConfigurableModuleClass, type ASYNC_OPTIONS_TYPE } from './stytch.module-definition.js';
import { GIVEN_OPTIONS, RESOLVED_OPTIONS, STATIC_OPTIONS, STYTCH_CLIENT } from './stytch.tokens.js';

/**
 * Login with Stytch for a Nest application: the guard, the login routes, and the client.
 *
 * @example
 * ```ts
 * @Module({ imports: [ConfigModule.forRoot(), StytchModule.forRoot()] })
 * export class AppModule {}
 * ```
 */
@Module({
  providers: [
    { provide: RESOLVED_OPTIONS, useFactory: resolveOptions, inject: [GIVEN_OPTIONS, STATIC_OPTIONS] },
    ApplicationRoutes,
    StytchEvents,
    ...stytchApiProviders,
    SessionCookies,
    ...sessionProviders,
    Refusals,
    AccessRequirements,
    StartupCheck,
    {
      provide: TransportExceptions,
      useFactory: (modules: ModulesContainer) => TransportExceptions.load(modules),
      inject: [ModulesContainer],
    },
    SessionGuard,
    SignInBindings,
    ConfirmNonces,
    SignInLimits,
    SendMagicLink,
    StartSession,
    SignIn,
    SignOut,
    AuthResponses,
  ],
  // The guard's own dependencies too: @UseGuards(SessionGuard) is resolved where it is written.
  exports: [
    STYTCH_CLIENT,
    RESOLVED_OPTIONS,
    SessionGuard,
    AccessRequirements,
    TransportExceptions,
    RequestAuthenticator,
    SessionCookies,
    Refusals,
    SignIn,
    SignOut,
    SigningKeys,
    StytchEvents,
  ],
})
export class StytchModule extends ConfigurableModuleClass implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly routes: ApplicationRoutes,
    private readonly keys: SigningKeys,
    private readonly dispatcher: BoundedDispatcher,
    modules: ModulesContainer,
  ) {
    super();
    requireOnlyOne(modules);
  }

  /**
   * @param options what the application chooses, static options beside the others. Left out, they
   * come from the environment through `@nestjs/config`; see {@link stytchConfig}.
   */
  static override forRoot(options?: StytchModuleOptions & StytchStaticOptions): DynamicModule {
    return options === undefined ? this.forRootAsync(stytchConfig.asProvider()) : super.forRoot(options);
  }

  /** The same with options that must be waited for: `useFactory`, `useClass` or `useExisting`. */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    if (!options.useFactory && !options.useClass && !options.useExisting) {
      throw new StytchOptionsError([
        {
          path: 'forRootAsync',
          given: 'no way to make the options',
          allowed: 'useFactory, useClass or useExisting',
          fix: 'Write forRootAsync({ useFactory: () => ({ … }) }), or forRoot() for the environment.',
        },
      ]);
    }
    return super.forRootAsync(options);
  }

  /** The keys are fetched meanwhile, so that the first request need not wait; start does not. */
  onApplicationBootstrap(): void {
    void this.keys.refetch();
    const { callbackUrl } = this.routes;
    if (callbackUrl === undefined) return;
    new Logger('Stytch').log(
      `Stytch at ${this.options.apiUrl}. Register this redirect URL there, for login and sign-up: ${callbackUrl}`,
    );
  }

  async onModuleDestroy(): Promise<void> {
    await this.dispatcher.destroy();
  }
}

/** Two would mean two guards and two sets of login routes, and no telling which answers. */
function requireOnlyOne(modules: ModulesContainer): void {
  const registrations = [...modules.values()].filter(({ metatype }) => metatype === StytchModule);
  if (registrations.length <= 1) return;
  throw new StytchOptionsError([
    {
      path: 'StytchModule',
      given: `${registrations.length} registrations with different options in one application`,
      allowed: 'one',
      fix: 'Call forRoot once, in the root module. The module is global: others need not import it.',
    },
  ]);
}
