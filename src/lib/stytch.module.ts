import {
  Inject,
  Logger,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { AccessRequirements } from './access/access-requirements.js';
import { BearerAccess } from './access/bearer-access.js';
import { SessionGuard } from './access/session.guard.js';
import { StartupCheck } from './access/startup-check/startup-check.js';
import { TransportExceptions } from './access/transport-exceptions.js';
import { PolicySource } from './authorization/policy-source.js';
import { RequirementChecker } from './authorization/requirement-checker.js';
import { StytchAuthorization } from './authorization/stytch-authorization.js';
import { ResourceMetadataRoute } from './http/resource-metadata-route.js';
import { StytchRefusals } from './http/refusals.js';
import { AuthPages } from './auth/auth-pages.js';
import { AuthResponses } from './auth/auth-responses.js';
import { StartSession } from './auth/start-session.js';
import { ConfirmNonces } from './auth/confirm-nonce.js';
import { SignInBindings } from './auth/sign-in-binding.js';
import { LimitChallenge } from './auth/limit-challenge.js';
import { SignInLimits } from './auth/sign-in-limits.js';
import { FailoverLimitStorage } from './limits/failover-limit-storage.js';
import { LimitCounter } from './limits/limit-counter.js';
import { MemoryLimitStorage } from './limits/memory-limit-storage.js';
import { NetworkLimits } from './limits/network-limits.js';
import { ProxyDetection } from './limits/proxy-detection.js';
import { SignIn } from './auth/sign-in.js';
import { SignInCalls } from './auth/sign-in-calls.js';
import { IntermediateSessions } from './auth/intermediate-sessions.js';
import { SignInMethods } from './auth/sign-in-methods.js';
import { NoOrganizations, SignInOrganizations } from './auth/sign-in-organizations.js';
import { SignInPipeline } from './auth/sign-in-pipeline.js';
import { SignOut } from './auth/sign-out.js';
import { EndSession } from './auth/end-session.js';
import { ReadSession } from './auth/read-session.js';
import { CrossSiteGuard } from './auth/cross-site.guard.js';
import { RefusalPageFilter } from './auth/refusal-page.filter.js';
import { RenewedJwtHeader } from './session/renewed-jwt-header.js';
import { ResultCookies } from './session/result-cookies.js';
import { SessionCookies } from './cookies/session-cookies.js';
import { StytchOptionsError } from './errors/stytch-options.error.js';
import { StytchEvents } from './events/stytch-events.js';
import { ApplicationRoutes } from './http/application-routes.js';
import { resolveOptions, type ResolvedOptions } from './options/resolve-options.js';
import { stytchConfig } from './options/stytch.config.js';
import type { StytchModuleOptions } from './options/module.options.js';
import type { StytchStaticOptions } from './options/static.options.js';
import { RequestAuthenticator } from './session/authenticate-request.js';
import { StytchSessions } from './session/stytch-sessions.js';
import { sessionProviders } from './session/session.providers.js';
import { TenantCheck } from './session/tenant-check.js';
import { RevocationRetries } from './session/revoke/revocation-retries.js';
import { SigningKeys } from './session/verify/signing-keys.js';
import { BoundedDispatcher } from './stytch-api/bounded-dispatcher.js';
import { stytchApiProviders } from './stytch-api/stytch-api.providers.js';
import {
  ConfigurableModuleClass,
  type GivenOptions,
  type StytchModuleAsyncOptions,
} from './stytch.module-definition.js';
import {
  GIVEN_OPTIONS,
  LIMIT_STORAGE,
  RESOLVED_OPTIONS,
  STATIC_OPTIONS,
  STYTCH_CLIENT,
} from './stytch.tokens.js';

/**
 * Requires login with Stytch in a Nest application: the guard, the login routes and the client.
 *
 * @example
 * ```ts
 * @Module({ imports: [ConfigModule.forRoot(), StytchModule.forRoot()] })
 * export class AppModule {}
 * ```
 */
@Module({
  providers: [
    {
      provide: RESOLVED_OPTIONS,
      useFactory: (givenOptions: GivenOptions, staticOptions: StytchStaticOptions) =>
        resolveOptions(givenOptions(), staticOptions),
      inject: [GIVEN_OPTIONS, STATIC_OPTIONS],
    },
    ApplicationRoutes,
    StytchEvents,
    ...stytchApiProviders,
    SessionCookies,
    ...sessionProviders,
    ResultCookies,
    RenewedJwtHeader,
    StytchSessions,
    StytchRefusals,
    ResourceMetadataRoute,
    PolicySource,
    RequirementChecker,
    StytchAuthorization,
    AccessRequirements,
    BearerAccess,
    StartupCheck,
    {
      provide: TransportExceptions,
      useFactory: (modules: ModulesContainer, events: StytchEvents) =>
        TransportExceptions.load(modules, events),
      inject: [ModulesContainer, StytchEvents],
    },
    SessionGuard,
    SignInMethods,
    { provide: SignInOrganizations, useClass: NoOrganizations },
    SignInBindings,
    IntermediateSessions,
    ConfirmNonces,
    {
      provide: MemoryLimitStorage,
      useFactory: ({ clock }: ResolvedOptions) => new MemoryLimitStorage(clock),
      inject: [RESOLVED_OPTIONS],
    },
    {
      provide: LIMIT_STORAGE,
      useFactory: ({ limits: { storage } }: ResolvedOptions, memory: MemoryLimitStorage) =>
        storage === undefined ? memory : new FailoverLimitStorage(storage, memory),
      inject: [RESOLVED_OPTIONS, MemoryLimitStorage],
    },
    LimitCounter,
    ProxyDetection,
    NetworkLimits,
    LimitChallenge,
    SignInLimits,
    SignInCalls,
    StartSession,
    SignInPipeline,
    EndSession,
    ReadSession,
    SignIn,
    SignOut,
    AuthPages,
    AuthResponses,
    CrossSiteGuard,
    RefusalPageFilter,
  ],
  // With the dependencies of SessionGuard, since Nest resolves @UseGuards(SessionGuard) in the module of
  // the controller.
  exports: [
    STYTCH_CLIENT,
    RESOLVED_OPTIONS,
    SessionGuard,
    AccessRequirements,
    BearerAccess,
    RequirementChecker,
    StytchAuthorization,
    TransportExceptions,
    RequestAuthenticator,
    TenantCheck,
    ResultCookies,
    StytchSessions,
    StytchRefusals,
    SignIn,
    SignOut,
    SigningKeys,
    StytchEvents,
  ],
})
export class StytchModule
  extends ConfigurableModuleClass
  implements OnApplicationBootstrap, OnApplicationShutdown
{
  readonly #http: { readonly httpAdapter?: unknown };

  /** @internal Created by Nest. */
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly routes: ApplicationRoutes,
    private readonly keys: SigningKeys,
    private readonly dispatcher: BoundedDispatcher,
    private readonly revocationRetries: RevocationRetries,
    @Inject(HttpAdapterHost) http: { readonly httpAdapter?: unknown },
    modules: ModulesContainer,
  ) {
    super();
    this.#http = http;
    requireOnlyOne(modules);
  }

  /**
   * @param options all options, static ones included. Without it they are read from the environment with
   * `@nestjs/config`; see {@link stytchConfig}.
   */
  static override forRoot(options?: StytchModuleOptions & StytchStaticOptions): DynamicModule {
    return options === undefined ? this.forRootAsync(stytchConfig.asProvider()) : super.forRoot(options);
  }

  /** Options from a provider: `useFactory`, `useClass` or `useExisting`. Static options go next to it. */
  static override forRootAsync(options: StytchModuleAsyncOptions): DynamicModule {
    if (!options.useFactory && !options.useClass && !options.useExisting) {
      throw new StytchOptionsError([
        {
          path: 'forRootAsync',
          given: 'neither a factory nor a class',
          allowed: 'useFactory, useClass or useExisting',
          fix: 'Use forRootAsync({ useFactory: () => ({ … }) }), or forRoot() to read the environment.',
        },
      ]);
    }
    return super.forRootAsync(options);
  }

  /**
   * Prefetches the keys without delaying startup. An application without HTTP, such as a script, may
   * not verify a session at all; it fetches them when it needs them.
   */
  onApplicationBootstrap(): void {
    if (!this.#http.httpAdapter) return;
    // After the server listens, since loading undici for the fetch would delay that.
    setImmediate(() => void this.keys.refetch());
    const { callbackUrl } = this.routes;
    if (callbackUrl === undefined) return;
    new Logger('Stytch').log(
      `Stytch at ${this.options.apiUrl}. Register this redirect URL there, for login and sign-up: ${callbackUrl}`,
    );
  }

  /** Nest has closed the HTTP server before, so the requests that need Stytch are complete. */
  async onApplicationShutdown(): Promise<void> {
    await this.revocationRetries.shutDown();
    await this.dispatcher.destroy();
  }
}

/** A second registration would add a second guard and a second set of login routes. */
function requireOnlyOne(modules: ModulesContainer): void {
  const registrations = [...modules.values()].filter(({ metatype }) => metatype === StytchModule);
  if (registrations.length <= 1) return;
  throw new StytchOptionsError([
    {
      path: 'StytchModule',
      given: `${registrations.length} registrations with different options in one application`,
      allowed: 'one',
      fix: 'Call forRoot once, in the root module. The module is global, so other modules need no import.',
    },
  ]);
}
