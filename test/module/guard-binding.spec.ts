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
import { refusalBody } from '../support/refusals.js';
import { callsTo, signedInBrowser } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

@Protected()
@Controller('bound')
class BoundController {
  @Get()
  show(@CurrentSession() session: Session) {
    return { userId: session.userId };
  }
}

@Module({ controllers: [BoundController] })
class FeatureModule {}

@Controller('undecorated')
class UndecoratedController {
  @Get()
  show(@CurrentSession() session?: Session) {
    return { userId: session?.userId ?? null };
  }
}

@Protected()
@UseGuards(SessionGuard)
@Controller('bound-by-hand')
class BoundByHandController {
  @Get()
  show(@CurrentSession() session: Session) {
    return { userId: session.userId };
  }
}

describePlatforms('guard: false', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [UndecoratedController, BoundByHandController],
    imports: [FeatureModule],
    options: { guard: false },
  });

  it('runs undecorated handlers without a session', async () => {
    const response = await stage.application.browser().get('/undecorated');

    expect([response.status, response.json()]).toEqual([200, { userId: null }]);
  });

  it.each(['/bound', '/bound-by-hand'])('still enforces @Protected() (%s)', async (path) => {
    const { browser, session } = await signedInBrowser(stage);

    expect((await browser.get(path)).json()).toEqual({ userId: session.user_id });
    expect((await stage.application.browser().get(path)).status).toBe(401);
  });
});

class AllowEverybody implements CanActivate {
  canActivate() {
    return true;
  }
}

describePlatforms('a guard replaced in a test', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [UndecoratedController, BoundByHandController],
    override: (builder) => builder.overrideProvider(SessionGuard).useClass(AllowEverybody),
  });

  it('runs protected handlers without a session', async () => {
    const response = await stage.application.browser().get('/undecorated');

    expect([response.status, response.json()]).toEqual([200, { userId: null }]);
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
  const stage = useApplication({
    platform,
    providers: [MessageHandlers],
    // Called below the way third-party transports call handlers, which the startup check can't know.
    options: { startupCheck: { ignore: [MessageHandlers] } },
  });

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
    expect((refusal as StytchRefusalException).getResponse()).toEqual(refusalBody('context_not_supported'));
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each(['rpc', 'ws', 'http'])('runs those where a session is optional (%s)', async (contextType) => {
    expect(await call('optional', contextType)).toBe('ran');
  });
});
