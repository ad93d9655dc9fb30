import { Get, UseGuards, type Type } from '@nestjs/common';
import { Query, ResolveField } from '@nestjs/graphql';
import { MessagePattern } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { EndWithSession, OptionalSession, Protected, Public } from '../access.decorators.js';
import { RefuseImpersonation, Require, RequireRoles } from '../requirement.decorators.js';
import { SessionGuard } from '../session.guard.js';
import { findProblems, missingChecks, protectedFieldResolvers, unguardedHandlers } from './find-problems.js';
import { methodsOf, type Registration } from './methods.js';
import type { RegisteredClass } from './registered-classes.js';

function registered(metatype: Type, registration: Registration): RegisteredClass {
  const registrations = new Set([registration]);
  return { metatype, registrations, methods: methodsOf(metatype, registrations) };
}
const controller = (metatype: Type) => registered(metatype, 'controller');
const provider = (metatype: Type) => registered(metatype, 'provider');

const removeProtected =
  'Remove @Protected(). It works on HTTP routes, gateway messages, message patterns and resolvers.';

describe.each(['opt-in', 'opt-out'] as const)('the problems found with protection: %j', (protection) => {
  it('are none for routes of a protected class with exceptions', () => {
    @Protected()
    class Orders {
      @Get()
      list() {
        return [];
      }
      @Public()
      @Get('terms')
      terms() {
        return '';
      }
      @OptionalSession()
      @Get('offers')
      offers() {
        return [];
      }
      helper() {
        return undefined;
      }
    }

    expect(findProblems(controller(Orders), protection)).toEqual([]);
  });

  it('are none for a class and routes without access decorators', () => {
    class Orders {
      @Get()
      list() {
        return [];
      }
    }

    expect(findProblems(controller(Orders), protection)).toEqual([]);
  });

  it('include a method with two contradicting decorators', () => {
    class Orders {
      @Public()
      @Protected()
      @Get()
      list() {
        return [];
      }
    }

    expect(findProblems(controller(Orders), protection)).toEqual([
      {
        className: 'Orders',
        methodName: 'list',
        problem: 'is marked @Protected() and @Public()',
        fix: 'Keep one of them.',
      },
    ]);
  });

  it('include a class with three contradicting decorators', () => {
    @OptionalSession()
    @Public()
    @Protected()
    class Orders {
      @Get()
      list() {
        return [];
      }
    }

    expect(findProblems(controller(Orders), protection)).toEqual([
      {
        className: 'Orders',
        problem: 'is marked @Protected() and @Public() and @OptionalSession()',
        fix: 'Keep one of them.',
      },
    ]);
  });

  it.each([
    ['public', Public, '@Public()'],
    ['optional', OptionalSession, '@OptionalSession()'],
  ])('include a method that is marked as %s and has requirements', (_, Decorator, name) => {
    class Orders {
      @Decorator()
      @RequireRoles('employee')
      @RefuseImpersonation()
      @Get()
      list() {
        return [];
      }
    }

    expect(findProblems(controller(Orders), protection)).toEqual([
      {
        className: 'Orders',
        methodName: 'list',
        problem: `is marked ${name}, and requires role employee, no impersonation`,
        fix: 'Keep one of the two.',
      },
    ]);
  });

  it('include a class that is marked @Public() and has requirements', () => {
    @RequireRoles('employee')
    @Public()
    class Orders {
      @Get()
      list() {
        return [];
      }
    }

    expect(findProblems(controller(Orders), protection)).toEqual([
      {
        className: 'Orders',
        problem: 'is marked @Public(), and requires role employee',
        fix: 'Keep one of the two.',
      },
    ]);
  });

  it('exclude a public method of a class that has requirements, and a public class that extends it', () => {
    @RequireRoles('employee')
    class Orders {
      @Public()
      @Get('terms')
      terms() {
        return '';
      }
    }
    @Public()
    class PublicOrders extends Orders {}

    expect([
      ...findProblems(controller(Orders), protection),
      ...findProblems(controller(PublicOrders), protection),
    ]).toEqual([]);
  });

  it('include each public route that is marked @EndWithSession(), and a class of nothing else', () => {
    @EndWithSession()
    @Public()
    class Feeds {
      @Get()
      all() {
        return [];
      }
      @EndWithSession()
      @Get('own')
      own() {
        return [];
      }
    }

    const found = {
      problem: 'is marked @EndWithSession(), which has no effect on a public handler',
      fix: 'Use @OptionalSession() or @Protected(), or remove @EndWithSession().',
    };
    expect(findProblems(controller(Feeds), protection)).toEqual([
      { className: 'Feeds', ...found },
      { className: 'Feeds', methodName: 'own', ...found },
    ]);
  });

  it('include a route that is marked @EndWithSession() and public without a decorator', () => {
    class Feeds {
      @EndWithSession()
      @Get()
      all() {
        return [];
      }
    }

    const found = findProblems(controller(Feeds), protection).map(({ methodName }) => methodName);
    expect(found).toEqual(protection === 'opt-in' ? ['all'] : []);
  });

  it('exclude @EndWithSession() where it has an effect, and @EndWithSession(false)', () => {
    @EndWithSession()
    @Protected()
    class Feeds {
      @Get()
      all() {
        return [];
      }
      @Public()
      @Get('news')
      news() {
        return [];
      }
    }
    @EndWithSession()
    @Public()
    class News {
      @Get()
      all() {
        return [];
      }
      @OptionalSession()
      @Get('own')
      own() {
        return [];
      }
      @EndWithSession(false)
      @Get('free')
      free() {
        return [];
      }
    }

    expect([Feeds, News].flatMap((feeds) => findProblems(controller(feeds), protection))).toEqual([]);
  });

  it('include a protected method that was copied from a class that has the guard', () => {
    @Protected()
    class Orders {
      @Protected()
      @Get()
      list() {
        return [];
      }
    }
    class Copy {
      declare list: () => unknown[];
    }
    Object.defineProperty(Copy.prototype, 'list', { value: Orders.prototype.list });

    expect(findProblems(controller(Copy), protection)).toEqual([
      {
        className: 'Copy',
        methodName: 'list',
        problem: 'is marked @Protected(), but only the class that it was copied from has the guard',
        fix: 'Mark its class @Protected().',
      },
    ]);
  });

  it('exclude a decorator that is repeated', () => {
    @Protected()
    @Protected()
    class Orders {
      @Protected()
      @Protected()
      @Get()
      list() {
        return [];
      }
    }

    expect(findProblems(controller(Orders), protection)).toEqual([]);
  });

  it('exclude a class that declares another access than its base class', () => {
    @Protected()
    class Base {
      @Get()
      list() {
        return [];
      }
    }
    @Public()
    class Orders extends Base {}

    expect(findProblems(controller(Orders), protection)).toEqual([]);
  });

  it('include a protected method that is no handler', () => {
    class Jobs {
      @Protected()
      nightly() {
        return undefined;
      }
    }

    expect(findProblems(provider(Jobs), protection)).toEqual([
      {
        className: 'Jobs',
        methodName: 'nightly',
        problem: 'is marked @Protected(), but Nest runs no guard before it',
        fix: removeProtected,
      },
    ]);
  });

  it('exclude a method that is no handler and marked @Public() or @OptionalSession()', () => {
    class Jobs {
      @Public()
      nightly() {
        return undefined;
      }
      @OptionalSession()
      hourly() {
        return undefined;
      }
    }

    expect(findProblems(provider(Jobs), protection)).toEqual([]);
  });

  it('include a protected provider without handlers', () => {
    @Protected()
    class Jobs {
      nightly() {
        return undefined;
      }
    }

    expect(findProblems(provider(Jobs), protection)).toEqual([
      {
        className: 'Jobs',
        problem:
          'is marked @Protected(), but it is a provider without handlers, and Nest runs no guard before its methods',
        fix: removeProtected,
      },
    ]);
  });

  it('include a protected controller without routes', () => {
    @Protected()
    class Orders {}

    expect(findProblems(controller(Orders), protection)).toEqual([
      {
        className: 'Orders',
        problem:
          'is marked @Protected(), but it is a controller without routes, and Nest runs no guard before its methods',
        fix: removeProtected,
      },
    ]);
  });

  it('exclude a class without handlers that is marked @Public()', () => {
    @Public()
    class Jobs {}

    expect(findProblems(provider(Jobs), protection)).toEqual([]);
  });
});

describe('handlers of messages without an access decorator', () => {
  @WebSocketGateway()
  class Chat {
    @SubscribeMessage('say')
    say() {
      return undefined;
    }
  }
  class Payments {
    @MessagePattern('pay')
    pay() {
      return undefined;
    }
  }
  const mayBeUnprotected = {
    problem: "handles messages and has no access decorator; with protection: 'opt-out' it may be unprotected",
    fix: 'Mark it, or its class, @Protected() or @Public().',
  };

  it("are problems with protection: 'opt-out'", () => {
    expect([
      ...findProblems(provider(Chat), 'opt-out'),
      ...findProblems(controller(Payments), 'opt-out'),
    ]).toEqual([
      { className: 'Chat', methodName: 'say', ...mayBeUnprotected },
      { className: 'Payments', methodName: 'pay', ...mayBeUnprotected },
    ]);
  });

  it("are no problems with protection: 'opt-in'", () => {
    expect([
      ...findProblems(provider(Chat), 'opt-in'),
      ...findProblems(controller(Payments), 'opt-in'),
    ]).toEqual([]);
  });

  it('are no problems if the class or the method declares an access', () => {
    @Public()
    class PublicPayments extends Payments {}
    class ProtectedPayments {
      @Protected()
      @MessagePattern('pay')
      pay() {
        return undefined;
      }
    }

    expect([
      ...findProblems(controller(PublicPayments), 'opt-out'),
      ...findProblems(controller(ProtectedPayments), 'opt-out'),
    ]).toEqual([]);
  });

  it('do not include resolvers, for which Nest runs global guards', () => {
    class OrdersResolver {
      @Query('orders')
      orders() {
        return [];
      }
    }

    expect(findProblems(provider(OrdersResolver), 'opt-out')).toEqual([]);
  });
});

describe('a handler with @UseGuards(SessionGuard)', () => {
  const isPublic = {
    problem: 'has @UseGuards(SessionGuard) and no access decorator, so it is public',
    fix: 'Use @Protected() instead; it binds the guard. Or mark it @Public().',
  };
  @UseGuards(SessionGuard)
  class GuardedOrders {
    @Get()
    list() {
      return [];
    }
    @Protected()
    @Get('own')
    own() {
      return [];
    }
    helper() {
      return undefined;
    }
  }
  class Orders {
    @UseGuards(SessionGuard)
    @Get()
    list() {
      return [];
    }
    @Get('terms')
    terms() {
      return '';
    }
    @UseGuards(SessionGuard)
    helper() {
      return undefined;
    }
  }
  class OrderResolver {
    @UseGuards(Object.create(SessionGuard.prototype) as SessionGuard)
    @Query('orders')
    orders() {
      return [];
    }
  }

  it("is a problem with protection: 'opt-in' if neither it nor its class declares an access", () => {
    class InheritsGuard extends GuardedOrders {}

    expect([
      ...findProblems(controller(GuardedOrders), 'opt-in'),
      ...findProblems(controller(InheritsGuard), 'opt-in'),
      ...findProblems(controller(Orders), 'opt-in'),
      ...findProblems(provider(OrderResolver), 'opt-in'),
    ]).toEqual([
      { className: 'GuardedOrders', methodName: 'list', ...isPublic },
      { className: 'InheritsGuard', methodName: 'list', ...isPublic },
      { className: 'Orders', methodName: 'list', ...isPublic },
      { className: 'OrderResolver', methodName: 'orders', ...isPublic },
    ]);
  });

  it('is no problem if its class declares an access', () => {
    @Protected()
    class ProtectedOrders extends GuardedOrders {}
    @Public()
    class PublicOrders extends GuardedOrders {}

    expect([
      ...findProblems(controller(ProtectedOrders), 'opt-in'),
      ...findProblems(controller(PublicOrders), 'opt-in'),
    ]).toEqual([]);
  });

  it("is no problem with protection: 'opt-out', where the guard requires a session", () => {
    expect([
      ...findProblems(controller(GuardedOrders), 'opt-out'),
      ...findProblems(controller(Orders), 'opt-out'),
      ...findProblems(provider(OrderResolver), 'opt-out'),
    ]).toEqual([]);
  });
});

describe('a route that overrides a protected method', () => {
  class Base {
    @Protected()
    @Get()
    list() {
      return ['base'];
    }
  }
  class Orders extends Base {
    @Get()
    override list() {
      return ['orders'];
    }
  }

  it("is a problem with protection: 'opt-in' if it has no access decorator", () => {
    expect(findProblems(controller(Orders), 'opt-in')).toEqual([
      {
        className: 'Orders',
        methodName: 'list',
        problem: 'overrides a method that is marked @Protected(), and is not protected itself',
        fix: 'Mark it @Protected() or @Public().',
      },
    ]);
  });

  it('is a problem if a class between the two overrides the method too', () => {
    class Middle extends Base {
      override list() {
        return ['middle'];
      }
    }
    class Leaf extends Middle {
      @Get()
      override list() {
        return ['leaf'];
      }
    }

    expect(findProblems(controller(Leaf), 'opt-in')).toMatchObject([
      { className: 'Leaf', methodName: 'list' },
    ]);
  });

  it("is no problem with protection: 'opt-out', which protects it", () => {
    expect(findProblems(controller(Orders), 'opt-out')).toEqual([]);
  });

  it.each(['opt-in', 'opt-out'] as const)('is a problem if its class is public, with %j', (protection) => {
    @Public()
    class PublicClass extends Base {
      @Get()
      override list() {
        return [];
      }
    }

    expect(findProblems(controller(PublicClass), protection)).toMatchObject([
      { className: 'PublicClass', methodName: 'list' },
    ]);
  });

  it('is no problem if it declares an access or its class is protected', () => {
    class PublicRoute extends Base {
      @Public()
      @Get()
      override list() {
        return [];
      }
    }
    @Protected()
    class ProtectedClass extends Base {
      @Get()
      override list() {
        return [];
      }
    }

    expect([
      ...findProblems(controller(PublicRoute), 'opt-in'),
      ...findProblems(controller(ProtectedClass), 'opt-in'),
    ]).toEqual([]);
  });

  it('is no problem if the overridden method is public', () => {
    class PublicBase {
      @Public()
      @Get()
      list() {
        return ['base'];
      }
    }
    class Overriding extends PublicBase {
      @Get()
      override list() {
        return ['overriding'];
      }
    }

    expect(findProblems(controller(Overriding), 'opt-in')).toEqual([]);
  });

  it('is no problem if Nest does not call it as a handler', () => {
    class Overriding extends Base {
      override list() {
        return ['overriding'];
      }
    }

    expect(findProblems(controller(Overriding), 'opt-in')).toEqual([]);
  });
});

describe('missingChecks', () => {
  class OnClass {
    check() {
      return true;
    }
  }
  class OnMethod extends OnClass {}
  class OnOverridden extends OnClass {}
  class Base {
    @Require(OnOverridden)
    list() {
      return ['base'];
    }
  }
  @Require(OnClass)
  class Orders extends Base {
    @Require(OnMethod)
    @RequireRoles('employee')
    @Get()
    override list() {
      return ['orders'];
    }
  }
  const missing = ({ name }: Type) => ({
    problem: `requires ${name}, which is not a provider of any module, or not a singleton`,
    fix: `Add ${name} to the providers of a module. It can't be request-scoped or transient.`,
  });

  it('returns the checks of the class, of its methods and of what they override', () => {
    expect(missingChecks(controller(Orders), () => false)).toEqual([
      { className: 'Orders', ...missing(OnClass) },
      { className: 'Orders', methodName: 'list', ...missing(OnMethod) },
      { className: 'Orders', methodName: 'list', ...missing(OnOverridden) },
    ]);
  });

  it('leaves out checks that are provided', () => {
    expect(missingChecks(controller(Orders), (check) => check !== OnMethod)).toEqual([
      { className: 'Orders', methodName: 'list', ...missing(OnMethod) },
    ]);
  });
});

describe('protectedFieldResolvers', () => {
  it('returns field resolvers that are protected on the method or on the class', () => {
    class OrderResolver {
      @Protected()
      @ResolveField('total')
      total() {
        return 1;
      }
      @ResolveField('lines')
      lines() {
        return [];
      }
    }
    @Protected()
    class InvoiceResolver {
      @ResolveField('total')
      total() {
        return 1;
      }
      @Public()
      @ResolveField('number')
      number() {
        return 1;
      }
      @Query('invoices')
      invoices() {
        return [];
      }
      helper() {
        return undefined;
      }
    }
    const noGuardsRun = {
      problem: 'is a protected field resolver, and GraphQLModule runs no guards before field resolvers',
      fix: "Set fieldResolverEnhancers: ['guards'] in the options of GraphQLModule, or mark it @Public().",
    };

    expect([
      ...protectedFieldResolvers(provider(OrderResolver)),
      ...protectedFieldResolvers(provider(InvoiceResolver)),
    ]).toEqual([
      { className: 'OrderResolver', methodName: 'total', ...noGuardsRun },
      { className: 'InvoiceResolver', methodName: 'total', ...noGuardsRun },
    ]);
  });

  it('leaves out field resolvers that are optional', () => {
    class OrderResolver {
      @OptionalSession()
      @ResolveField('total')
      total() {
        return 1;
      }
    }

    expect(protectedFieldResolvers(provider(OrderResolver))).toEqual([]);
  });
});

describe('unguardedHandlers', () => {
  class OrderGuard {
    canActivate() {
      return true;
    }
  }
  const isGuarded = (target: object) => Reflect.hasMetadata('__guards__', target);
  const unguarded = {
    problem:
      "has no access decorator, and no global guard protects it: protection is 'opt-out' with guard: false",
    fix: 'Bind the guard: { provide: APP_GUARD, useExisting: SessionGuard }. Or mark it @Protected() or @Public().',
  };

  it('returns routes and resolvers without an access decorator and without a guard', () => {
    class Orders {
      @Get()
      list() {
        return [];
      }
      @Public()
      @Get('terms')
      terms() {
        return '';
      }
      @UseGuards(OrderGuard)
      @Get('guarded')
      guarded() {
        return '';
      }
      helper() {
        return undefined;
      }
    }
    class OrderResolver {
      @Query('orders')
      orders() {
        return [];
      }
    }

    expect([
      ...unguardedHandlers(controller(Orders), isGuarded),
      ...unguardedHandlers(provider(OrderResolver), isGuarded),
    ]).toEqual([
      { className: 'Orders', methodName: 'list', ...unguarded },
      { className: 'OrderResolver', methodName: 'orders', ...unguarded },
    ]);
  });

  it('leaves out routes of a class that has a guard or an access decorator', () => {
    @UseGuards(OrderGuard)
    class Guarded {
      @Get()
      list() {
        return [];
      }
    }
    @Public()
    class Declared {
      @Get()
      list() {
        return [];
      }
    }

    expect([
      ...unguardedHandlers(controller(Guarded), isGuarded),
      ...unguardedHandlers(controller(Declared), isGuarded),
    ]).toEqual([]);
  });

  it('leaves out message handlers and field resolvers', () => {
    class Payments {
      @MessagePattern('pay')
      pay() {
        return undefined;
      }
    }
    class OrderResolver {
      @ResolveField('total')
      total() {
        return 1;
      }
    }

    expect([
      ...unguardedHandlers(controller(Payments), isGuarded),
      ...unguardedHandlers(provider(OrderResolver), isGuarded),
    ]).toEqual([]);
  });
});
