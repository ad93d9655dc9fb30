import { Get, type Type } from '@nestjs/common';
import { OptionalSession, Protected, Public } from '../access.decorators.js';
import { RequireRoles } from '../requirement.decorators.js';
import { findLostDeclarations } from './lost-declarations.js';
import { methodsOf } from './methods.js';

const problemsOf = (metatype: Type) => {
  const registrations = new Set(['controller'] as const);
  return findLostDeclarations({ metatype, registrations, methods: methodsOf(metatype, registrations) });
};
const lostMethodsOf = (metatype: Type) => problemsOf(metatype).map(({ methodName }) => methodName);

/** Wraps a method, as decorators for caches, retries and transactions do. */
const Wrap =
  (copyMetadata: (from: object, to: object) => void = () => undefined): MethodDecorator =>
  (_target, _name, descriptor: PropertyDescriptor) => {
    const original = descriptor.value as (...args: unknown[]) => unknown;
    descriptor.value = function (this: unknown, ...args: unknown[]) {
      return original.apply(this, args);
    };
    copyMetadata(original, descriptor.value as object);
  };

const copyKeys = (from: object, to: object) => {
  for (const key of Reflect.getMetadataKeys(from))
    Reflect.defineMetadata(key, Reflect.getMetadata(key, from), to);
};

/** Replaces a method with a getter, as decorators that bind `this` do. */
const Bind = (): MethodDecorator => (_target, _name, descriptor: PropertyDescriptor) => {
  const original = descriptor.value as (...args: unknown[]) => unknown;
  return { configurable: true, get: () => original } as never;
};

describe('the access decorators of a method that another decorator replaces', () => {
  it('are lost if its metadata is not copied', () => {
    class Orders {
      @Get()
      @Wrap()
      @Protected()
      list() {
        return [];
      }
      @Wrap()
      @Public()
      terms() {
        return '';
      }
      @Wrap()
      @OptionalSession()
      offers() {
        return [];
      }
      @Bind()
      @Protected()
      bound() {
        return [];
      }
    }

    expect(lostMethodsOf(Orders)).toEqual(['list', 'terms', 'offers', 'bound']);
    expect(problemsOf(Orders)[0]).toEqual({
      className: 'Orders',
      methodName: 'list',
      problem:
        'lost its access decorators: a decorator above them replaces the method without copying its metadata',
      fix: 'Write the access decorators above that decorator, or copy the metadata in it.',
    });
  });

  it('are lost in part if others are applied to the replacement', () => {
    class Orders {
      @Protected()
      @Wrap()
      @RequireRoles('admin')
      role() {
        return [];
      }
      @RequireRoles('admin')
      @Wrap()
      @RequireRoles('employee')
      otherRole() {
        return [];
      }
      @Public()
      @Wrap()
      @Protected()
      access() {
        return [];
      }
      @Protected()
      @Wrap()
      @Protected({ credentials: ['bearer'] })
      credentials() {
        return [];
      }
      @Protected()
      @Wrap()
      @Protected({ maxTokenAgeSeconds: 0 })
      tokenAge() {
        return [];
      }
    }

    expect(lostMethodsOf(Orders)).toEqual(['role', 'otherRole', 'access', 'credentials', 'tokenAge']);
  });

  it('are lost for a class that overrides the method, and would inherit its requirements', () => {
    class Base {
      @Wrap()
      @RequireRoles('admin')
      list() {
        return ['base'];
      }
    }
    class Orders extends Base {
      @Protected()
      @Get()
      override list() {
        return ['orders'];
      }
    }

    expect(lostMethodsOf(Orders)).toEqual(['list']);
  });

  it.each<[string, (from: object, to: object) => void]>([
    ['copied', copyKeys],
    ['inherited', (from, to) => void Object.setPrototypeOf(to, from)],
  ])('are not lost if its metadata is %s', (_, copyMetadata) => {
    class Orders {
      @Wrap(copyMetadata)
      @RequireRoles('admin')
      @Protected({ credentials: ['cookie'], maxTokenAgeSeconds: 60 })
      list() {
        return [];
      }
    }

    expect(problemsOf(Orders)).toEqual([]);
  });

  it('are not lost if they are applied to the replacement, or again', () => {
    class Orders {
      @Protected()
      @Wrap()
      list() {
        return [];
      }
      @RequireRoles('admin')
      @Wrap()
      @Protected()
      own() {
        return [];
      }
      @Wrap()
      helper() {
        return undefined;
      }
    }
    class Derived extends Orders {
      override list() {
        return [];
      }
    }

    expect([...problemsOf(Orders), ...problemsOf(Derived)]).toEqual([]);
  });
});
