import type { ExecutionContext } from '@nestjs/common';
import type { CredentialKind } from '../identity/credential-kind.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { AllowCrossSite, EndWithSession, OptionalSession, Protected, Public } from './access.decorators.js';
import {
  RefuseImpersonation,
  RequireFactors,
  RequirePermission,
  RequireRecentSignIn,
  RequireRoles,
  RequireScopes,
} from './requirement.decorators.js';
import { AccessRequirements } from './access-requirements.js';
import type { Access } from './access-metadata.js';

const requirements = (
  protection: 'opt-in' | 'opt-out' = 'opt-in',
  credentials: CredentialKind[] = ['cookie'],
) => new AccessRequirements({ protection, credentials } as unknown as ResolvedOptions);
const byCookie = { credentials: new Set(['cookie']), endsWithSession: false };
const contextOf = (controller: object, handler: object) =>
  ({ getClass: () => controller, getHandler: () => handler }) as ExecutionContext;

class Undecorated {
  list() {
    return [];
  }
}

@AllowCrossSite()
@Protected()
class Orders {
  list() {
    return [];
  }
  @Public()
  terms() {
    return '';
  }
  @OptionalSession()
  offers() {
    return [];
  }
}

describe('the access requirement of a handler', () => {
  it.each<['opt-in' | 'opt-out', Access]>([
    ['opt-in', 'public'],
    ['opt-out', 'protected'],
  ])('without decorators and with protection: %j is %s', (protection, access) => {
    const context = contextOf(Undecorated, Undecorated.prototype.list);

    expect(requirements(protection).of(context)).toEqual({
      ...byCookie,
      access,
      allowsCrossSite: false,
      requirements: [],
      waived: [],
    });
  });

  it('is read from a mocked context too, whose class has no prototype', () => {
    expect(requirements().of(contextOf({}, () => [])).access).toBe('public');
  });

  it('is that of its class if the handler has no access decorator', () => {
    expect(requirements().of(contextOf(Orders, Orders.prototype.list))).toEqual({
      ...byCookie,
      access: 'protected',
      allowsCrossSite: true,
      requirements: [],
      waived: [],
    });
  });

  it('ends with the session if a method that it overrides does, unless it says otherwise', () => {
    class Exports {
      @EndWithSession()
      rows(): string[] {
        return [];
      }
    }
    class OwnExports extends Exports {
      override rows() {
        return ['own'];
      }
    }
    class LongExports extends Exports {
      @EndWithSession(false)
      override rows() {
        return ['long'];
      }
    }
    const endsOf = (controller: typeof Exports) =>
      requirements().of(contextOf(controller, controller.prototype.rows)).endsWithSession;

    expect([Exports, OwnExports, LongExports].map(endsOf)).toEqual([true, true, false]);
  });

  it.each<['terms' | 'offers', Access]>([
    ['terms', 'public'],
    ['offers', 'optional'],
  ])('%s is that of its access decorator, which overrides the one on the class: %s', (name, access) => {
    expect(requirements('opt-out').of(contextOf(Orders, Orders.prototype[name]))).toEqual({
      ...byCookie,
      access,
      allowsCrossSite: true,
      requirements: [],
      waived: [],
    });
  });

  it('allows cross-site requests with @AllowCrossSite() on the handler', () => {
    class Webhooks {
      @AllowCrossSite()
      receive() {
        return undefined;
      }
    }

    expect(requirements().of(contextOf(Webhooks, Webhooks.prototype.receive))).toEqual({
      ...byCookie,
      access: 'public',
      allowsCrossSite: true,
      requirements: [],
      waived: [],
    });
  });

  it('is separate for each class that inherits the handler', () => {
    class Base {
      list() {
        return [];
      }
    }
    @Public()
    class PublicOrders extends Base {}
    @Protected()
    class ProtectedOrders extends Base {}
    const shared = requirements();
    const { list } = Base.prototype;

    expect(
      [PublicOrders, ProtectedOrders].map((controller) => shared.of(contextOf(controller, list))),
    ).toEqual([
      { ...byCookie, access: 'public', allowsCrossSite: false, requirements: [], waived: [] },
      { ...byCookie, access: 'protected', allowsCrossSite: false, requirements: [], waived: [] },
    ]);
  });

  it('is read once and then cached', () => {
    const shared = requirements();
    const context = contextOf(Orders, Orders.prototype.list);

    expect(shared.of(context)).toBe(shared.of(context));
  });

  it('adds up what the decorators of the class and of the handler require', () => {
    @RequireRoles('employee')
    class Base {}
    @RequireFactors('totp')
    class Invoices extends Base {
      @RequirePermission('invoices', 'approve')
      @RequireRecentSignIn({ withinSeconds: 300 })
      approve() {
        return '';
      }
    }

    expect(requirements().of(contextOf(Invoices, Invoices.prototype.approve))).toEqual({
      ...byCookie,
      access: 'protected',
      allowsCrossSite: false,
      requirements: [
        { kind: 'factors', allOf: ['totp'] },
        { kind: 'roles', anyOf: ['employee'] },
        { kind: 'permission', resource: 'invoices', action: 'approve' },
        { kind: 'recent_sign_in', withinSeconds: 300 },
      ],
      waived: [],
    });
    expect(requirements().of(contextOf(Base, Invoices.prototype.approve)).requirements).toHaveLength(3);
  });

  it('of a class is not changed by a derived class', () => {
    @RequireRoles('employee')
    class Base {
      list() {
        return [];
      }
    }
    @RequireRoles('admin')
    class Derived extends Base {}
    const of = (metatype: object) => requirements().of(contextOf(metatype, Base.prototype.list)).requirements;

    expect(of(Base)).toEqual([{ kind: 'roles', anyOf: ['employee'] }]);
    expect(of(Derived)).toHaveLength(2);
  });

  it('includes what the methods require that the handler overrides', () => {
    class Base {
      @RequireRoles('employee')
      approve() {
        return 'base';
      }
    }
    class Middle extends Base {
      @RefuseImpersonation()
      override approve() {
        return 'middle';
      }
    }
    @Protected()
    class Invoices extends Middle {
      override approve() {
        return 'invoices';
      }
    }

    expect(requirements().of(contextOf(Invoices, Invoices.prototype.approve))).toMatchObject({
      access: 'protected',
      requirements: [{ kind: 'roles', anyOf: ['employee'] }, { kind: 'no_impersonation' }],
    });
  });

  it('accepts the credentials of the method that the handler overrides, unless it declares its own', () => {
    class Base {
      @Protected({ credentials: ['m2m'] })
      report() {
        return 'base';
      }
    }
    @Protected()
    class Inheriting extends Base {
      override report() {
        return 'inheriting';
      }
    }
    class Declaring extends Base {
      @Protected({ credentials: ['cookie'] })
      override report() {
        return 'declaring';
      }
    }

    expect(
      [Inheriting, Declaring].map(
        (controller) => requirements().of(contextOf(controller, controller.prototype.report)).credentials,
      ),
    ).toEqual([new Set(['m2m']), new Set(['cookie'])]);
  });

  it('mentions a requirement once that the class, the overridden method and the handler declare', () => {
    @RequireRoles('employee')
    class Base {
      @RequireRoles('employee')
      approve() {
        return 'base';
      }
    }
    class Invoices extends Base {
      @RequireRoles('employee', 'admin')
      @RequireRoles('employee')
      override approve() {
        return 'invoices';
      }
    }

    expect(requirements().of(contextOf(Invoices, Invoices.prototype.approve)).requirements).toEqual([
      { kind: 'roles', anyOf: ['employee'] },
      { kind: 'roles', anyOf: ['employee', 'admin'] },
    ]);
  });

  it.each([
    ['public', Public],
    ['optional', OptionalSession],
  ])('that is %s by a decorator of the handler waives what the class requires', (access, Decorator) => {
    @RequireRoles('employee')
    class Invoices {
      @Decorator()
      terms() {
        return '';
      }
    }

    expect(requirements().of(contextOf(Invoices, Invoices.prototype.terms))).toEqual({
      ...byCookie,
      access,
      allowsCrossSite: false,
      requirements: [],
      waived: [{ kind: 'roles', anyOf: ['employee'] }],
    });
  });

  it.each([0, -1, NaN])('cannot be a sign-in within %d seconds', (withinSeconds) => {
    expect(() => RequireRecentSignIn({ withinSeconds })).toThrow(
      new TypeError('withinSeconds must be a number greater than 0.'),
    );
  });

  describe('accepts as credentials', () => {
    @Protected({ credentials: ['bearer', 'm2m'] })
    class Shipments {
      list() {
        return [];
      }
      @Protected()
      create() {
        return '';
      }
      @Protected({ credentials: ['cookie'] })
      cancel() {
        return '';
      }
      @RequireScopes('read:shipments', 'track:shipments')
      @RequireScopes('read:shipments')
      track() {
        return '';
      }
      @OptionalSession()
      offers() {
        return [];
      }
    }
    const of = (name: keyof Shipments) => requirements().of(contextOf(Shipments, Shipments.prototype[name]));

    it('those of the module if no decorator names any', () => {
      const ofModule = requirements('opt-in', ['cookie', 'connected-app']);

      expect(ofModule.of(contextOf(Orders, Orders.prototype.list))).toMatchObject({
        credentials: new Set(['cookie', 'connected-app']),
        bearer: { scope: '', acceptsConnectedApps: true },
      });
    });

    it('those of the class, unless the decorator of the handler names others', () => {
      const ofClass = new Set(['bearer', 'm2m']);
      expect([of('list'), of('create'), of('cancel')].map(({ credentials }) => credentials)).toEqual([
        ofClass,
        ofClass,
        new Set(['cookie']),
      ]);
      expect(of('cancel').bearer).toBeUndefined();
    });

    it('only those of sessions where the session is optional', () => {
      expect(of('offers').credentials).toEqual(new Set(['bearer']));
    });

    it('and tells which scopes it requires, each once', () => {
      expect(of('track').bearer).toEqual({
        scope: 'read:shipments track:shipments',
        acceptsConnectedApps: false,
      });
    });

    it.each<[string, unknown]>([
      ['none', []],
      ['an unknown kind', ['cookie', 'm2M']],
    ])('never %s: the decorator throws', (_, credentials) => {
      expect(() => Protected({ credentials: credentials as ['m2m'] })).toThrow(
        new TypeError('credentials must be a list of one or more of: cookie, bearer, m2m, connected-app.'),
      );
    });

    it('with a required scope only what is one: the decorator throws', () => {
      expect(() => RequireScopes('read:shipments', 'all "of" them')).toThrow(
        new TypeError('Not a scope: all "of" them.'),
      );
    });
  });

  describe('of the age of tokens', () => {
    @Protected({ maxTokenAgeSeconds: 60 })
    class Payments {
      list() {
        return [];
      }
      @Protected({ maxTokenAgeSeconds: 0 })
      pay() {
        return [];
      }
      @Protected()
      @RequireRoles('editor')
      edit() {
        return [];
      }
      @OptionalSession()
      offers() {
        return [];
      }
    }
    class Transfers extends Payments {
      @Protected()
      override pay() {
        return [];
      }
    }
    const ageOf = (controller: typeof Payments, handler: 'list' | 'pay' | 'edit' | 'offers') =>
      requirements().of(contextOf(controller, controller.prototype[handler])).maxTokenAgeSeconds;

    it.each([
      ['list', 60],
      ['pay', 0],
      ['edit', 60],
      ['offers', undefined],
    ] as const)('on the class applies to the handler %s as %s', (handler, seconds) => {
      expect(ageOf(Payments, handler)).toBe(seconds);
    });

    it('on a method applies to a method that overrides it', () => {
      expect(ageOf(Transfers, 'pay')).toBe(0);
    });

    it.each([-1, NaN, Infinity, '60'])('can not be %j', (seconds) => {
      expect(() => Protected({ maxTokenAgeSeconds: seconds as number })).toThrow(TypeError);
    });
  });
});
