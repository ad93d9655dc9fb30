import { Get, SetMetadata, type Type } from '@nestjs/common';
import { Query, ResolveField, ResolveReference } from '@nestjs/graphql';
import { MessagePattern } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { methodsOf, overriddenMethods, type HandlerKind, type Registration } from './methods.js';

const registeredAs = (...registrations: Registration[]) => new Set(registrations);

const WithMetadata = () => SetMetadata('any', true);

class Base {
  @WithMetadata()
  inherited() {
    return 'base';
  }
  @WithMetadata()
  overridden() {
    return 'base';
  }
  @WithMetadata()
  overriddenWithoutDecorator() {
    return 'base';
  }
}
class Middle extends Base {
  @WithMetadata()
  override overridden() {
    return 'middle';
  }
}
class Derived extends Middle {
  @WithMetadata()
  own() {
    return 'derived';
  }
  undecorated() {
    return 'derived';
  }
  @WithMetadata()
  override overridden() {
    return 'derived';
  }
  override overriddenWithoutDecorator() {
    return 'derived';
  }
}

describe('methodsOf', () => {
  it('lists own and inherited methods with decorators, and only the overriding one of two', () => {
    expect(methodsOf(Derived, registeredAs('provider'))).toEqual([
      { name: 'own', method: Derived.prototype.own, kinds: [] },
      { name: 'overridden', method: Derived.prototype.overridden, kinds: [] },
      { name: 'inherited', method: Base.prototype.inherited, kinds: [] },
    ]);
  });

  it('leaves out constructors, getters, setters and static methods, and does not run getters', () => {
    let reads = 0;
    @WithMetadata()
    class WithAccessors {
      constructor(readonly field = () => 'field') {}
      @WithMetadata()
      static build() {
        return new WithAccessors();
      }
      get computed() {
        reads += 1;
        return () => 'computed';
      }
      set assigned(value: string) {
        reads += value.length;
      }
    }

    expect(methodsOf(WithAccessors, registeredAs('provider'))).toEqual([]);
    expect(reads).toBe(0);
  });
});

describe('the handler kinds of a method', () => {
  const decorators = {
    '@Get()': Get(),
    '@MessagePattern()': MessagePattern('x'),
    '@SubscribeMessage()': SubscribeMessage('x'),
    '@Query()': Query('x'),
    '@ResolveField()': ResolveField('x'),
    '@ResolveReference()': ResolveReference(),
  } satisfies Record<string, MethodDecorator>;

  function classWith(decorate: MethodDecorator): Type {
    class Decorated {
      handle() {
        return undefined;
      }
    }
    decorate(
      Decorated.prototype,
      'handle',
      Object.getOwnPropertyDescriptor(Decorated.prototype, 'handle') as TypedPropertyDescriptor<unknown>,
    );
    return Decorated;
  }
  const kindsOf = (metatype: Type, ...registrations: Registration[]) =>
    methodsOf(metatype, registeredAs(...registrations)).flatMap(({ kinds }) => kinds);

  it.each<[keyof typeof decorators, Registration, HandlerKind[]]>([
    ['@Get()', 'controller', ['route']],
    ['@Get()', 'provider', []],
    ['@Get()', 'factory', []],
    ['@MessagePattern()', 'controller', ['message_pattern']],
    ['@MessagePattern()', 'provider', []],
    ['@MessagePattern()', 'factory', []],
    ['@Query()', 'controller', []],
    ['@Query()', 'provider', ['resolver']],
    ['@Query()', 'factory', ['resolver']],
    ['@ResolveField()', 'controller', []],
    ['@ResolveField()', 'provider', ['field_resolver']],
    ['@ResolveField()', 'factory', ['field_resolver']],
    ['@ResolveReference()', 'controller', []],
    ['@ResolveReference()', 'provider', ['field_resolver']],
    ['@ResolveReference()', 'factory', ['field_resolver']],
  ])('with %s on a method of a class registered as a %s are %j', (decorator, registration, kinds) => {
    expect(kindsOf(classWith(decorators[decorator]), registration)).toEqual(kinds);
  });

  it.each<[Registration, HandlerKind[]]>([
    ['controller', []],
    ['provider', ['gateway_message']],
    ['factory', []],
  ])('with @SubscribeMessage() in a gateway registered as a %s are %j', (registration, kinds) => {
    const Gateway = classWith(decorators['@SubscribeMessage()']);
    WebSocketGateway()(Gateway);

    expect(kindsOf(Gateway, registration)).toEqual(kinds);
  });

  it('exclude gateway messages if the class is not marked @WebSocketGateway()', () => {
    expect(kindsOf(classWith(decorators['@SubscribeMessage()']), 'provider')).toEqual([]);
  });

  it('include every kind by which Nest calls the method', () => {
    const Both = classWith((target, key, descriptor) => {
      Get()(target, key, descriptor as TypedPropertyDescriptor<unknown>);
      MessagePattern('x')(target, key, descriptor as TypedPropertyDescriptor<unknown>);
      Query('x')(target, key, descriptor as TypedPropertyDescriptor<unknown>);
    });

    expect(kindsOf(Both, 'controller', 'provider')).toEqual(['route', 'message_pattern', 'resolver']);
  });

  it('are only resolver if the method has @Query() and @ResolveField()', () => {
    const Both = classWith((target, key, descriptor) => {
      Query('x')(target, key, descriptor as TypedPropertyDescriptor<unknown>);
      ResolveField('x')(target, key, descriptor as TypedPropertyDescriptor<unknown>);
    });

    expect(kindsOf(Both, 'provider')).toEqual(['resolver']);
  });

  it('are empty for a method that overrides a handler without repeating its decorator', () => {
    class Overriding extends classWith(decorators['@Get()']) {
      handle() {
        return undefined;
      }
    }

    expect(kindsOf(Overriding, 'controller')).toEqual([]);
  });

  it('include those of an inherited handler', () => {
    class Inheriting extends classWith(decorators['@Get()']) {}

    expect(kindsOf(Inheriting, 'controller')).toEqual(['route']);
  });
});

describe('overriddenMethods', () => {
  const overriddenBy = (metatype: Type, name: string) =>
    overriddenMethods(metatype, (metatype.prototype as Record<string, object>)[name]!);

  it('returns the overridden methods of all base classes, nearest first', () => {
    expect(overriddenBy(Derived, 'overridden')).toEqual([
      Middle.prototype.overridden,
      Base.prototype.overridden,
    ]);
  });

  it('returns what an inherited method overrides, and not the method itself', () => {
    class Leaf extends Middle {}

    expect(overriddenBy(Leaf, 'overridden')).toEqual([Base.prototype.overridden]);
  });

  it('returns what the method overrides under each of its names', () => {
    class Aliased extends Base {
      override inherited() {
        return 'aliased';
      }
    }
    Object.defineProperty(Aliased.prototype, 'overridden', { value: Aliased.prototype.inherited });

    expect(overriddenBy(Aliased, 'inherited')).toEqual([Base.prototype.inherited, Base.prototype.overridden]);
  });

  it('returns nothing for a method that overrides none', () => {
    expect([overriddenBy(Derived, 'own'), overriddenBy(Derived, 'inherited')]).toEqual([[], []]);
  });

  it('leaves out a getter of the same name in a base class', () => {
    class WithGetter {
      get value(): unknown {
        return () => 'getter';
      }
    }
    class WithMethod extends (WithGetter as Type) {
      value() {
        return 'method';
      }
    }

    expect(overriddenBy(WithMethod, 'value')).toEqual([]);
  });
});
