import type { Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { AccessRequirements } from '../access/access-requirements.js';
import { BearerAccess } from '../access/bearer-access.js';
import { SessionGuard } from '../access/session.guard.js';
import { StartupCheck } from '../access/startup-check/startup-check.js';
import { CallAuthenticator } from '../access/call-authenticator.js';
import { CallPrincipals } from '../access/call-principals.js';
import { CallRefusals } from '../access/call-refusals.js';
import { TransportExceptions } from '../access/transport-exceptions.js';
import { TransportStart } from '../access/transport-start.js';
import { Transports } from '../access/transports.js';
import { PolicySource } from '../authorization/policy-source.js';
import { RequirementChecker } from '../authorization/requirement-checker.js';
import { StytchAuthorization } from '../authorization/stytch-authorization.js';
import { StytchHealth } from '../health/stytch-health.js';
import { ResourceMetadataRoute } from '../http/resource-metadata-route.js';
import { StytchRefusals } from '../http/refusals.js';
import { AuthPages } from '../auth/auth-pages.js';
import { AuthResponses } from '../auth/auth-responses.js';
import { StartSession } from '../auth/start-session.js';
import { ConfirmNonces } from '../auth/confirm-nonce.js';
import { SignInBindings } from '../auth/sign-in-binding.js';
import { LimitChallenge } from '../auth/limit-challenge.js';
import { SignInLimits } from '../auth/sign-in-limits.js';
import { FailoverLimitStorage } from '../limits/failover-limit-storage.js';
import { LimitCounter } from '../limits/limit-counter.js';
import { MemoryLimitStorage } from '../limits/memory-limit-storage.js';
import { NetworkLimits } from '../limits/network-limits.js';
import { ProxyDetection } from '../limits/proxy-detection.js';
import { SignIn } from '../auth/sign-in.js';
import { IntermediateSessions } from '../auth/intermediate-sessions.js';
import { SignInOrganizations } from '../auth/sign-in-organizations.js';
import { TenantCheck } from '../session/tenant-check.js';
import { SignInCalls } from '../auth/sign-in-calls.js';
import { SignInHost } from '../auth/sign-in-host.js';
import { SignInMethods } from '../auth/sign-in-methods.js';
import { SignInPipeline } from '../auth/sign-in-pipeline.js';
import { SignOut } from '../auth/sign-out.js';
import { EndSession } from '../auth/end-session.js';
import { ReadSession } from '../auth/read-session.js';
import { CrossSiteGuard } from '../auth/cross-site.guard.js';
import { RefusalPageFilter } from '../auth/refusal-page.filter.js';
import { RenewedJwtHeader } from '../session/renewed-jwt-header.js';
import { ResultCookies } from '../session/result-cookies.js';
import { SessionCookies } from '../cookies/session-cookies.js';
import { StytchEvents } from '../events/stytch-events.js';
import { ApplicationRoutes } from '../http/application-routes.js';
import { OrganizationHosts } from '../http/organization-hosts.js';
import { resolveOptions, type ResolvedOptions } from '../options/resolve-options.js';
import { RequestAuthenticator } from '../session/authenticate-request.js';
import { StytchSessions } from '../session/stytch-sessions.js';
import { sessionProviders } from '../session/session.providers.js';
import { BoundedDispatcher } from '../stytch-api/bounded-dispatcher.js';
import { stytchApiProviders } from '../stytch-api/stytch-api.providers.js';
import type { StytchStaticOptions } from '../options/static.options.js';
import { SessionApi } from '../ports/session-api.js';
import { StytchProduct } from '../ports/stytch-product.js';
import { SigningKeys } from '../session/verify/signing-keys.js';
import { createStytchClient } from '../stytch-api/create-stytch-client.js';
import { StytchWebhooks } from '../webhooks/stytch-webhooks.js';
import { WebhookVerifier } from '../webhooks/webhook-verifier.js';
import { GIVEN_OPTIONS, LIMIT_STORAGE, RESOLVED_OPTIONS, STATIC_OPTIONS } from '../stytch.tokens.js';
import type { GivenOptions } from './configurable-module.js';
import { ModuleLifecycle } from './module-lifecycle.js';
import type { ProductDefinition } from './product-definition.js';

/** The providers of the module for a product. */
export function moduleProviders(definition: ProductDefinition): Provider[] {
  return [
    {
      provide: RESOLVED_OPTIONS,
      useFactory: (givenOptions: GivenOptions, staticOptions: StytchStaticOptions) =>
        resolveOptions(givenOptions(), staticOptions, definition.product.name),
      inject: [GIVEN_OPTIONS, STATIC_OPTIONS],
    },
    ModuleLifecycle,
    ApplicationRoutes,
    OrganizationHosts,
    StytchEvents,
    ...stytchApiProviders,
    { provide: StytchProduct, useValue: definition.product },
    { provide: SessionApi, useClass: definition.sessionApi },
    { provide: SignInOrganizations, useClass: definition.organizations },
    { provide: TenantCheck, useClass: definition.tenantCheck },
    {
      provide: definition.clientToken,
      useFactory: ({ projectId, secret, apiUrl }: ResolvedOptions, dispatcher: BoundedDispatcher) =>
        createStytchClient(definition.product.SdkClient, { projectId, secret, apiUrl, dispatcher }),
      inject: [RESOLVED_OPTIONS, BoundedDispatcher],
    },
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
    Transports,
    CallAuthenticator,
    CallPrincipals,
    CallRefusals,
    BearerAccess,
    TransportStart,
    StartupCheck,
    {
      provide: TransportExceptions,
      useFactory: (modules: ModulesContainer, events: StytchEvents) =>
        TransportExceptions.load(modules, events),
      inject: [ModulesContainer, StytchEvents],
    },
    SessionGuard,
    SignInMethods,
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
      useFactory: ({ shared, clock }: ResolvedOptions, memory: MemoryLimitStorage) =>
        shared.limits === undefined ? memory : new FailoverLimitStorage(shared.limits, memory, clock),
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
    SignInHost,
    CrossSiteGuard,
    RefusalPageFilter,
    StytchHealth,
    WebhookVerifier,
    StytchWebhooks,
    ...definition.providers,
  ];
}

/**
 * What the module for a product exports: with the dependencies of SessionGuard, since Nest resolves
 * `@UseGuards(SessionGuard)` in the module of the controller.
 */
export const moduleExports = ({ clientToken, exports }: ProductDefinition) => [
  clientToken,
  RESOLVED_OPTIONS,
  SessionGuard,
  AccessRequirements,
  Transports,
  CallAuthenticator,
  CallPrincipals,
  CallRefusals,
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
  StytchHealth,
  StytchWebhooks,
  ...exports,
];
