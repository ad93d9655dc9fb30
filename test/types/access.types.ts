import { Controller, Get, type CanActivate } from '@nestjs/common';
import { expectTypeOf } from 'expect-type';
import {
  AllowCrossSite,
  clientOf,
  CurrentClient,
  CurrentPrincipal,
  CurrentSession,
  InjectStytchClient,
  OptionalSession,
  principalOf,
  Protected,
  Public,
  SessionGuard,
  sessionOf,
  type StytchAuthorization,
  type Client as StytchApiClient,
  type ConnectedApp,
  type CredentialKind,
  type M2MClient,
  type Principal,
  type Session,
  type UserSession,
} from 'nestjs-stytch';
import type { Client } from 'stytch';

// The decorators apply to classes and to methods.
@Protected()
@Controller()
export class ProtectedController {
  constructor(@InjectStytchClient() readonly stytch: Client) {}

  @Public()
  @Get('public')
  showPublic() {
    return 'public';
  }

  @OptionalSession()
  @Get('optional')
  showOptional(@CurrentSession() session: UserSession | undefined) {
    return session?.userId;
  }
}

@Public()
export class PublicController {
  @Protected()
  @AllowCrossSite()
  @Get()
  show(@CurrentSession() session: UserSession) {
    return session.userId;
  }
}

@OptionalSession()
export class OptionalSessionController {}

@Protected({ credentials: ['cookie', 'bearer'] })
export class PartnersController {
  @Protected({ credentials: ['m2m', 'connected-app'] })
  @Get()
  list(@CurrentClient() client: M2MClient | ConnectedApp, @CurrentPrincipal() principal: Principal) {
    return [client.clientId, principal.kind];
  }
}

// @ts-expect-error -- not a kind of credentials
Protected({ credentials: ['token'] });
// @ts-expect-error -- at least one kind
Protected({ credentials: [] });

expectTypeOf<CredentialKind>().toEqualTypeOf<'cookie' | 'bearer' | 'm2m' | 'connected-app'>();

// @ts-expect-error -- @CurrentSession() decorates parameters only
export const onMethod: MethodDecorator = CurrentSession();

expectTypeOf<SessionGuard>().toExtend<CanActivate>();
expectTypeOf(sessionOf).parameters.toEqualTypeOf<[request: object]>();
expectTypeOf(sessionOf).returns.toEqualTypeOf<Session | undefined>();
expectTypeOf(clientOf).returns.toEqualTypeOf<StytchApiClient | undefined>();
expectTypeOf(principalOf).returns.toEqualTypeOf<Session | StytchApiClient | undefined>();

// Session is a union that is discriminated by kind.
expectTypeOf<Extract<Session, { kind: 'user' }>>().toEqualTypeOf<UserSession>();
expectTypeOf<Session>().toHaveProperty('sessionId').toEqualTypeOf<string>();
expectTypeOf<UserSession['email']>().toEqualTypeOf<string | undefined>();
expectTypeOf<UserSession['customClaims']>().toEqualTypeOf<Readonly<Record<string, unknown>>>();
// @ts-expect-error -- sessions are readonly
export const changeSession = (session: UserSession) => (session.userId = 'user-test-1');

// Permissions decide without await, but have to be awaited themselves.
declare const authorization: StytchAuthorization;
declare const principal: Principal;
const permissions = await authorization.permissionsOf(principal);
expectTypeOf(permissions.can('documents', 'read')).toEqualTypeOf<boolean>();
expectTypeOf<ReturnType<StytchAuthorization['permissionsOf']>>().not.toHaveProperty('can');
expectTypeOf(authorization.can(principal, 'documents', 'read')).toEqualTypeOf<Promise<boolean>>();
