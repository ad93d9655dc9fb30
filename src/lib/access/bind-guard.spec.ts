import { UseGuards } from '@nestjs/common';
import { OptionalSession, Protected, Public } from './access.decorators.js';
import { guardsOf } from './bind-guard.js';
import { ProtectedGuard } from './protected.guard.js';
import { RequireFactors, RequireRoles } from './requirement.decorators.js';

class OtherGuard {
  canActivate() {
    return true;
  }
}

describe('the guard that access decorators bind', () => {
  it('is bound once to a method with several of them, where the lowest one is', () => {
    class Orders {
      @RequireRoles('employee')
      @UseGuards(OtherGuard)
      @RequireFactors('totp')
      @Protected()
      list() {
        return [];
      }
    }

    expect(guardsOf(Orders.prototype.list)).toEqual([ProtectedGuard, OtherGuard]);
  });

  it('is bound to the class only if the class and its methods need it', () => {
    @RequireRoles('employee')
    @Protected()
    class Orders {
      @UseGuards(OtherGuard)
      @Protected()
      list() {
        return [];
      }
      @OptionalSession()
      offers() {
        return [];
      }
    }

    expect([guardsOf(Orders), guardsOf(Orders.prototype.list), guardsOf(Orders.prototype.offers)]).toEqual([
      [ProtectedGuard],
      [OtherGuard],
      [],
    ]);
  });

  it('is bound once to a class whose base class has it', () => {
    @Protected()
    class Base {}
    @RequireRoles('employee')
    class Orders extends Base {}

    expect(guardsOf(Orders)).toEqual([ProtectedGuard]);
  });

  it('stays on a method of a class without it, also if a derived class has it', () => {
    class Base {
      @Protected()
      list() {
        return [];
      }
    }
    @Protected()
    class Orders extends Base {}

    expect([guardsOf(Base), guardsOf(Base.prototype.list), guardsOf(Orders)]).toEqual([
      [],
      [ProtectedGuard],
      [ProtectedGuard],
    ]);
  });

  it('stays on a method of a class that is public', () => {
    @Public()
    class Orders {
      @Protected()
      list() {
        return [];
      }
    }

    expect([guardsOf(Orders), guardsOf(Orders.prototype.list)]).toEqual([[], [ProtectedGuard]]);
  });
});
