import {
  Controller,
  Get,
  Injectable,
  Module,
  Scope,
  UseGuards,
  type ModuleMetadata,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, LazyModuleLoader } from '@nestjs/core';
import { OnEvent } from '@nestjs/event-emitter';
import { Query, Resolver } from '@nestjs/graphql';
import { MessagePattern } from '@nestjs/microservices';
import { Cron } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway, type OnGatewayConnection } from '@nestjs/websockets';
import {
  OptionalSession,
  Protected,
  Public,
  Require,
  RequireScopes,
  SessionGuard,
  StytchModule,
  StytchStartupError,
  type AccessCheck,
  type StytchStaticOptions,
} from 'nestjs-stytch';
import { silence } from '../support/silence.js';

const credentials = {
  projectId: 'project-test-00000000-0000-4000-8000-000000000000',
  secret: 'secret-test-none-of-these-requests-needs-it',
  // Nothing listens there: without a session, nothing is asked.
  apiUrl: 'http://127.0.0.1:9',
  appUrl: 'http://localhost:3000',
};

async function create(metadata: ModuleMetadata, options: StytchStaticOptions = {}) {
  const testing = await Test.createTestingModule({
    ...metadata,
    imports: [StytchModule.forRoot({ ...credentials, ...options }), ...(metadata.imports ?? [])],
  })
    .setLogger(silence)
    .compile();
  return testing.createNestApplication();
}

async function start(metadata: ModuleMetadata, options?: StytchStaticOptions): Promise<void> {
  const app = await create(metadata, options);
  try {
    await app.init();
  } finally {
    await app.close();
  }
}

async function startupError(starting: Promise<unknown>): Promise<StytchStartupError> {
  const error: unknown = await starting.then(
    () => new Error('The application started.'),
    (reason: unknown) => reason,
  );
  if (error instanceof StytchStartupError) return error;
  throw error;
}

const noGuardBefore = {
  problem: 'is marked @Protected(), but Nest runs no guard before it',
  fix: 'Remove @Protected(). It works on HTTP routes, gateway messages, message patterns and resolvers.',
};

describe('@Protected() where Nest runs no guard', () => {
  it('stops the start for @Cron(), @OnEvent() and a plain method, with all problems in one message', async () => {
    @Injectable()
    class Jobs {
      @Protected()
      @Cron('0 0 * * *')
      nightly() {
        return undefined;
      }
      @Protected()
      @OnEvent('order.created')
      onOrder() {
        return undefined;
      }
      @Protected()
      helper() {
        return undefined;
      }
    }
    const error = await startupError(create({ providers: [Jobs] }));

    expect(error.code).toBe('stytch_startup_check_failed');
    expect(error.problems).toEqual(
      ['nightly', 'onOrder', 'helper'].map((methodName) => ({
        className: 'Jobs',
        methodName,
        ...noGuardBefore,
      })),
    );
    expect(error.message).toBe(
      [
        "nestjs-stytch: the application can't start, because of 3 problems with access decorators.",
        ...['nightly', 'onOrder', 'helper'].flatMap((name) => [
          `  Jobs.${name} ${noGuardBefore.problem}.`,
          `    fix: ${noGuardBefore.fix}`,
        ]),
      ].join('\n'),
    );
  });

  it('stops the start for handleConnection of a gateway, and accepts @Protected() on the gateway', async () => {
    @WebSocketGateway()
    class Gateway implements OnGatewayConnection {
      @Protected()
      handleConnection() {
        return undefined;
      }
    }
    const error = await startupError(create({ providers: [Gateway] }));

    expect(error.problems).toEqual([
      { className: 'Gateway', methodName: 'handleConnection', ...noGuardBefore },
    ]);

    @Protected()
    @WebSocketGateway()
    class ProtectedGateway implements OnGatewayConnection {
      handleConnection() {
        return undefined;
      }
      @SubscribeMessage('order')
      order() {
        return undefined;
      }
    }
    await (await create({ providers: [ProtectedGateway] })).close();
  });

  it('stops the start for a class without handlers', async () => {
    @Protected()
    @Injectable()
    class Service {
      find() {
        return undefined;
      }
    }
    const { problems } = await startupError(create({ providers: [Service] }));

    expect(problems.map(({ className, methodName }) => [className, methodName])).toEqual([
      ['Service', undefined],
    ]);
  });

  it('stops the start for handlers that Nest does not look for where the class is registered', async () => {
    @Injectable()
    class RoutesAsProvider {
      @Protected()
      @Get()
      show() {
        return undefined;
      }
    }
    @Controller()
    class GatewayAsController {
      @Protected()
      @SubscribeMessage('order')
      order() {
        return undefined;
      }
    }
    const { problems } = await startupError(
      create({ providers: [RoutesAsProvider], controllers: [GatewayAsController] }),
    );

    expect(problems.map(({ className, methodName }) => [className, methodName])).toEqual([
      ['GatewayAsController', 'order'],
      ['RoutesAsProvider', 'show'],
    ]);
  });

  it('stops the start for an instance made by a factory, when it is initialized', async () => {
    class Jobs {
      @Protected()
      run() {
        return undefined;
      }
    }
    const providers = [{ provide: 'JOBS', useFactory: () => new Jobs() }];
    const { problems } = await startupError(start({ providers }));

    expect(problems).toEqual([{ className: 'Jobs', methodName: 'run', ...noGuardBefore }]);
  });

  it('accepts a resolver made by a factory', async () => {
    @Resolver('Order')
    class Orders {
      @Protected()
      @Query('orders')
      orders() {
        return undefined;
      }
    }
    await expect(
      start({ providers: [{ provide: 'ORDERS', useFactory: () => new Orders() }] }),
    ).resolves.toBeUndefined();
  });
});

describe('contradicting declarations', () => {
  it('stop the start when they are on one class or one method', async () => {
    @Public()
    @Protected()
    @Controller()
    class Orders {
      @Protected()
      @OptionalSession()
      @Get()
      list() {
        return undefined;
      }
    }
    const { problems } = await startupError(create({ controllers: [Orders] }));

    expect(problems).toEqual([
      { className: 'Orders', problem: 'is marked @Protected() and @Public()', fix: 'Keep one of them.' },
      {
        className: 'Orders',
        methodName: 'list',
        problem: 'is marked @OptionalSession() and @Protected()',
        fix: 'Keep one of them.',
      },
    ]);
  });

  it('are accepted on a class and its method, and on a class and its base class', async () => {
    @Protected()
    class Base {}
    @Public()
    @Controller()
    class Orders extends Base {
      @Protected()
      @Get()
      list() {
        return undefined;
      }
    }
    await expect(start({ controllers: [Orders] })).resolves.toBeUndefined();
  });
});

describe('@UseGuards(SessionGuard)', () => {
  @UseGuards(SessionGuard)
  @Controller()
  class Orders {
    @Get()
    list() {
      return undefined;
    }
  }

  it.each([true, false])('stops the start without an access decorator, with guard: %s', async (guard) => {
    const { problems } = await startupError(create({ controllers: [Orders] }, { guard }));

    expect(problems).toEqual([
      {
        className: 'Orders',
        methodName: 'list',
        problem: 'has @UseGuards(SessionGuard) and no access decorator, so it is public',
        fix: 'Use @Protected() instead; it binds the guard. Or mark it @Public().',
      },
    ]);
  });

  it('is accepted with protection: opt-out, where the guard requires a session', async () => {
    await expect(
      start({ controllers: [Orders] }, { protection: 'opt-out', guard: false }),
    ).resolves.toBeUndefined();
  });
});

describe('a decorator that replaces a method', () => {
  const Wrap: MethodDecorator = (_target, _name, descriptor: PropertyDescriptor) => {
    const original = descriptor.value as () => unknown;
    descriptor.value = () => original();
  };

  it('stops the start if it loses @Protected(), and not if @Protected() is above it', async () => {
    @Controller()
    class Orders {
      @Get('lost')
      @Wrap
      @Protected()
      lost() {
        return undefined;
      }
      @Get('kept')
      @Protected()
      @Wrap
      kept() {
        return undefined;
      }
    }
    const { problems } = await startupError(create({ controllers: [Orders] }));

    expect(problems).toEqual([
      {
        className: 'Orders',
        methodName: 'lost',
        problem:
          'lost its access decorators: a decorator above them replaces the method without copying its metadata',
        fix: 'Write the access decorators above that decorator, or copy the metadata in it.',
      },
    ]);
  });
});

describe('credentials', () => {
  it('stop the start where a handler accepts connected apps and requires no scope, or a scope of sessions', async () => {
    @Controller()
    class Documents {
      @Protected({ credentials: ['cookie', 'connected-app'] })
      @Get('all')
      all() {
        return [];
      }
      @RequireScopes('read:documents')
      @Get('shared')
      shared() {
        return [];
      }
    }

    const error = await startupError(create({ controllers: [Documents] }));

    expect(error.problems).toMatchObject([
      { methodName: 'all', problem: 'accepts the access tokens of connected apps, and requires no scope' },
      { methodName: 'shared', problem: 'requires a scope, and accepts only sessions, which have none' },
    ]);
  });
});

describe('@Require() with a check', () => {
  @Injectable()
  class OwnsOrder implements AccessCheck {
    check() {
      return true;
    }
  }
  @Injectable({ scope: Scope.REQUEST })
  class OwnsOrderPerRequest extends OwnsOrder {}
  const controllerWith = (check: Type<AccessCheck>) => {
    @Controller()
    class Orders {
      @Require(check)
      @Get()
      list() {
        return undefined;
      }
    }
    return Orders;
  };

  it.each<[string, Type<AccessCheck>, Type[]]>([
    ['that no module provides', OwnsOrder, []],
    ['that is request-scoped', OwnsOrderPerRequest, [OwnsOrderPerRequest]],
  ])('%s stops the start', async (_, check, providers) => {
    const { problems } = await startupError(start({ controllers: [controllerWith(check)], providers }));

    expect(problems).toEqual([
      {
        className: 'Orders',
        methodName: 'list',
        problem: `requires ${check.name}, which is not a provider of any module, or not a singleton`,
        fix: `Add ${check.name} to the providers of a module. It can't be request-scoped or transient.`,
      },
    ]);
  });

  it('that another module provides is accepted', async () => {
    @Module({ providers: [OwnsOrder] })
    class OrdersModule {}
    const metadata = { controllers: [controllerWith(OwnsOrder)], imports: [OrdersModule] };

    await expect(start(metadata)).resolves.toBeUndefined();
  });
});

describe('startupCheck.ignore', () => {
  it('leaves a class out, and logs its name', async () => {
    @Controller()
    class ThirdPartyHandlers {
      @MessagePattern('order')
      order() {
        return undefined;
      }
    }
    const lines: unknown[] = [];
    const testing = await Test.createTestingModule({
      imports: [
        StytchModule.forRoot({
          ...credentials,
          protection: 'opt-out',
          startupCheck: { ignore: [ThirdPartyHandlers] },
        }),
      ],
      controllers: [ThirdPartyHandlers],
    })
      .setLogger({ ...silence, warn: (line: unknown) => lines.push(line) })
      .compile();
    await testing.close();

    expect(lines).toEqual(['Not checked for protection (startupCheck.ignore): ThirdPartyHandlers.']);
  });
});

describe('protection: opt-out with guard: false', () => {
  @Controller()
  class Orders {
    @Get()
    list() {
      return undefined;
    }
  }

  it('starts where the application binds SessionGuard as APP_GUARD', async () => {
    const providers = [{ provide: APP_GUARD, useExisting: SessionGuard }];

    await expect(
      start({ controllers: [Orders], providers }, { protection: 'opt-out', guard: false }),
    ).resolves.toBeUndefined();
  });

  it('stops the start where the application binds nothing', async () => {
    const { problems } = await startupError(
      start({ controllers: [Orders] }, { protection: 'opt-out', guard: false }),
    );

    expect(problems).toEqual([
      {
        className: 'Orders',
        methodName: 'list',
        problem:
          "has no access decorator, and no global guard protects it: protection is 'opt-out' with guard: false",
        fix: 'Bind the guard: { provide: APP_GUARD, useExisting: SessionGuard }. Or mark it @Protected() or @Public().',
      },
    ]);
  });
});

interface CanActivateAnything {
  canActivate(context: unknown): unknown;
}

describe('@Protected() works', () => {
  async function statusOf(metadata: ModuleMetadata, options?: StytchStaticOptions): Promise<number> {
    const app = await create(metadata, options);
    try {
      await app.listen(0, '127.0.0.1');
      return (await fetch(`${await app.getUrl()}/orders`)).status;
    } finally {
      await app.close();
    }
  }

  it.each([
    ['request-scoped', Scope.REQUEST],
    ['singleton', Scope.DEFAULT],
  ])('on a %s controller', async (_, scope) => {
    @Protected()
    @Controller({ path: 'orders', scope })
    class Orders {
      @Get()
      list() {
        return [];
      }
    }

    expect(await statusOf({ controllers: [Orders] }, { guard: false })).toBe(401);
  });

  it('in a feature module that does not import StytchModule, with isGlobal: false', async () => {
    @Protected()
    @Controller('orders')
    class Orders {
      @Get()
      list() {
        return [];
      }
    }
    @Module({ controllers: [Orders] })
    class FeatureModule {}

    expect(await statusOf({ imports: [FeatureModule] }, { guard: false, isGlobal: false })).toBe(401);
  });

  it('in a module that is loaded lazily', async () => {
    @Injectable()
    class Service {
      @Protected()
      run() {
        return 'ran';
      }
    }
    @Module({ providers: [Service] })
    class LazyModule {}
    const app = await create({});
    try {
      await app.init();
      const lazy = await app.get(LazyModuleLoader).load(() => LazyModule);
      const [Guard] = Reflect.getMetadata('__guards__', Service.prototype.run) as [Type<CanActivateAnything>];
      const guard = await lazy.create(Guard);
      const context = {
        getClass: () => Service,
        getHandler: () => Service.prototype.run,
        getType: () => 'rpc',
      };

      expect(() => guard.canActivate(context)).toThrow('sessions are not supported on its transport');
    } finally {
      await app.close();
    }
  });
});
