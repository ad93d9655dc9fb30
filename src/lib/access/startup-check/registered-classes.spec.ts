import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { OptionalSession, Protected, Public } from '../access.decorators.js';
import { methodsOf, type Registration } from './methods.js';
import { declaredAccess, isProtectedClass, registeredClasses } from './registered-classes.js';

interface Wrapper {
  metatype: unknown;
  isNotMetatype?: boolean;
  instance?: unknown;
}

/** The part of Nest's container that is read, with one entry for each module. */
const container = (...modules: { controllers?: Wrapper[]; providers?: Wrapper[] }[]) =>
  new Map(
    modules.map(({ controllers = [], providers = [] }, index) => [
      index,
      { controllers: new Map(controllers.entries()), providers: new Map(providers.entries()) },
    ]),
  ) as unknown as ModulesContainer;

const registered = (metatype: Type, ...registrations: Registration[]) => ({
  metatype,
  registrations: new Set(registrations),
  methods: methodsOf(metatype, new Set(registrations)),
});

class Orders {
  list() {
    return [];
  }
}
class Jobs {
  nightly() {
    return undefined;
  }
}
const factory = () => undefined;
const madeByFactory = (instance: unknown): Wrapper => ({ metatype: factory, isNotMetatype: true, instance });

describe('registeredClasses', () => {
  it('returns the controllers and providers of all modules with their methods', () => {
    expect(
      registeredClasses(
        container({ controllers: [{ metatype: Orders }] }, { providers: [{ metatype: Jobs }] }),
      ),
    ).toEqual([registered(Orders, 'controller'), registered(Jobs, 'provider')]);
  });

  it('returns a class once if it is registered in several modules', () => {
    const providers = [{ metatype: Jobs }];

    expect(registeredClasses(container({ providers }, { providers }))).toEqual([
      registered(Jobs, 'provider'),
    ]);
  });

  it('returns a class that is both a controller and a provider with both registrations', () => {
    expect(
      registeredClasses(
        container({ controllers: [{ metatype: Orders }] }, { providers: [{ metatype: Orders }] }),
      ),
    ).toEqual([registered(Orders, 'controller', 'provider')]);
  });

  it('leaves out arrow functions, values and providers without a class', () => {
    const providers = [factory, null, undefined, 'Orders', {}].map((metatype) => ({ metatype }));

    expect(registeredClasses(container({ providers }))).toEqual([]);
  });

  it('leaves out a factory written as a function, which has a prototype like a class', () => {
    const metatype = function create() {
      return new Jobs();
    };

    expect(
      registeredClasses(container({ providers: [{ metatype, isNotMetatype: true, instance: new Jobs() }] })),
    ).toEqual([]);
  });

  it('returns the class of what a factory made if withFactories is set', () => {
    const modules = container({ providers: [madeByFactory(new Jobs())] });

    expect(registeredClasses(modules, { withFactories: true })).toEqual([registered(Jobs, 'factory')]);
  });

  it.each<[string, unknown]>([
    ['a plain object', { list: () => [] }],
    ['an object without a prototype', Object.create(null)],
    ['a function', factory],
    ['a string', 'orders'],
    ['null', null],
    ['nothing yet', undefined],
  ])('leaves out a factory that made %s, even if withFactories is set', (_, instance) => {
    const modules = container({ providers: [madeByFactory(instance)] });

    expect(registeredClasses(modules, { withFactories: true })).toEqual([]);
  });
});

describe('isProtectedClass', () => {
  class ProtectedRoute {
    @Protected()
    list() {
      return [];
    }
  }
  class InheritsProtectedRoute extends ProtectedRoute {}
  @Protected()
  class ProtectedClass {}
  class InheritsProtectedClass extends ProtectedClass {}
  @Public()
  class PublicClass {
    @OptionalSession()
    list() {
      return [];
    }
  }

  it.each([ProtectedRoute, InheritsProtectedRoute, ProtectedClass, InheritsProtectedClass])(
    'is true for %p, which declares or inherits @Protected()',
    (metatype) => {
      expect(isProtectedClass(registered(metatype, 'controller'))).toBe(true);
    },
  );

  it.each([Orders, PublicClass])('is false for %p, which nothing marks @Protected()', (metatype) => {
    expect(isProtectedClass(registered(metatype, 'controller'))).toBe(false);
  });
});

describe('declaredAccess', () => {
  @OptionalSession()
  class Base {}
  class Inheriting extends Base {}
  @Public()
  class Overriding extends Base {}

  it('returns the access of a class, or else that of its nearest base class', () => {
    expect([Base, Inheriting, Overriding].map(declaredAccess)).toEqual(['optional', 'optional', 'public']);
  });

  it('returns undefined for a class or method without an access decorator', () => {
    expect([Orders, Orders.prototype.list].map(declaredAccess)).toEqual([undefined, undefined]);
  });
});
