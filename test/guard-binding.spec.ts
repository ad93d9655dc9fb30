import { Controller, Get, Injectable, Module, UseGuards, type CanActivate } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import {
  CurrentSession,
  OptionalSession,
  Protected,
  SessionGuard,
  StytchRefusalException,
  type Session,
} from 'nestjs-stytch';
import { callsTo, signedInBrowser } from './support/sessions.js';
import { describePlatforms } from './support/start-application.js';
import { useApplication } from './support/use-application.js';

@Protected()
@Controller('bound')
@UseGuards(SessionGuard)
class BoundController {
  @Get()
  show(@CurrentSession() session: Session) {
    return { userId: session.userId };
  }
}

/** Imports nothing: the guard and what it needs are in reach everywhere. */
@Module({ controllers: [BoundController] })
class FeatureModule {}

@Protected()
@Controller('unbound')
class UnboundController {
  @Get()
  show(@CurrentSession() session?: Session) {
    return { userId: session?.userId ?? null };
  }
}

describePlatforms('guard: false', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [UnboundController],
    imports: [FeatureModule],
    options: { guard: false },
  });

  it('leaves handlers alone whose controller does not bind the guard', async () => {
    expect((await stage.application.browser().get('/unbound')).json()).toEqual({ userId: null });
  });

  it('guards where a feature module binds it', async () => {
    const { browser, session } = await signedInBrowser(stage);

    expect((await browser.get('/bound')).json()).toEqual({ userId: session.user_id });
    expect((await stage.application.browser().get('/bound')).status).toBe(401);
  });
});

class LetsEverybodyIn implements CanActivate {
  canActivate() {
    return true;
  }
}

describePlatforms('a guard replaced in a test', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [UnboundController],
    override: (builder) => builder.overrideProvider(SessionGuard).useClass(LetsEverybodyIn),
  });

  it('is the one that decides', async () => {
    const answer = await stage.application.browser().get('/unbound');

    expect([answer.status, answer.json()]).toEqual([200, { userId: null }]);
  });
});

@Injectable()
class MessageHandlers {
  undecorated() {
    return 'ran';
  }
  @Protected()
  protected() {
    return 'ran';
  }
  @OptionalSession()
  optional() {
    return 'ran';
  }
}

describePlatforms('a handler that no HTTP request reaches', (platform) => {
  const stage = useApplication({ platform, providers: [MessageHandlers] });

  function call(name: 'undecorated' | 'protected' | 'optional', contextType: string): Promise<unknown> {
    const { app } = stage.application;
    const handlers = app.get(MessageHandlers);
    const handler = app
      .get(ExternalContextCreator)
      .create(
        handlers,
        handlers[name],
        name,
        undefined,
        undefined,
        undefined,
        undefined,
        { guards: true, interceptors: true, filters: false },
        contextType,
      );
    return handler({ some: 'message' });
  }

  it.each(['rpc', 'ws', 'http'])('runs undecorated ones (%s)', async (contextType) => {
    expect(await call('undecorated', contextType)).toBe('ran');
  });

  it.each(['rpc', 'ws', 'http'])('refuses protected ones (%s)', async (contextType) => {
    const refusal: unknown = await call('protected', contextType).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(StytchRefusalException);
    expect((refusal as StytchRefusalException).getResponse()).toEqual({
      statusCode: 403,
      error: 'Forbidden',
      message:
        'A protected handler was reached without an HTTP request. Mark it @Public(), or guard it by other means.',
      code: 'context_not_supported',
    });
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each(['rpc', 'ws', 'http'])('runs those where a session is optional (%s)', async (contextType) => {
    expect(await call('optional', contextType)).toBe('ran');
  });
});
