import { Controller, Get, type CanActivate } from '@nestjs/common';
import { expectTypeOf } from 'expect-type';
import {
  AllowCrossSite,
  CurrentSession,
  InjectStytchClient,
  OptionalSession,
  Protected,
  Public,
  SessionGuard,
  sessionOf,
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

// @ts-expect-error -- @CurrentSession() decorates parameters only
export const onMethod: MethodDecorator = CurrentSession();

expectTypeOf<SessionGuard>().toExtend<CanActivate>();
expectTypeOf(sessionOf).parameters.toEqualTypeOf<[request: object]>();
expectTypeOf(sessionOf).returns.toEqualTypeOf<Session | undefined>();

// Session is a union that is discriminated by kind.
expectTypeOf<Extract<Session, { kind: 'user' }>>().toEqualTypeOf<UserSession>();
expectTypeOf<Session>().toHaveProperty('sessionId').toEqualTypeOf<string>();
expectTypeOf<UserSession['email']>().toEqualTypeOf<string | undefined>();
expectTypeOf<UserSession['customClaims']>().toEqualTypeOf<Readonly<Record<string, unknown>>>();
// @ts-expect-error -- sessions are readonly
export const changeSession = (session: UserSession) => (session.userId = 'user-test-1');
