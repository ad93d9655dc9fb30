import { Get, Post, type Type } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import type { CredentialKind } from '../../identity/credential-kind.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { OptionalSession, Protected, Public } from '../access.decorators.js';
import type { StytchTransport } from '../../ports/transport.js';
import { AccessRequirements } from '../access-requirements.js';
import { messages } from '../messages.js';
import {
  RefuseImpersonation,
  RequireFactors,
  RequirePermission,
  RequireRecentSignIn,
  RequireRoles,
  RequireScopes,
} from '../requirement.decorators.js';
import { findCredentialProblems } from './credential-problems.js';
import { methodsOf } from './methods.js';

const problemsOf = (
  metatype: Type,
  credentials: CredentialKind[] = ['cookie'],
  transports: StytchTransport[] = [],
) => {
  const registrations = new Set(['controller'] as const);
  return findCredentialProblems(
    { metatype, registrations, methods: methodsOf(metatype, registrations) },
    new AccessRequirements({ protection: 'opt-in', credentials } as unknown as ResolvedOptions),
    transports,
  );
};

describe('a handler of messages, which have no cookies', () => {
  @Protected()
  class Payments {
    @MessagePattern('pay')
    pay() {
      return undefined;
    }
    @Protected({ credentials: ['m2m'] })
    @MessagePattern('refund')
    refund() {
      return undefined;
    }
    @Public()
    @MessagePattern('ping')
    ping() {
      return undefined;
    }
    @Get()
    list() {
      return [];
    }
  }
  const withMessages = [messages({ credentialsOf: () => undefined })];

  it('is a problem if it accepts cookies only', () => {
    expect(problemsOf(Payments, ['cookie'], withMessages)).toEqual([
      {
        className: 'Payments',
        methodName: 'pay',
        problem:
          'accepts only the credentials cookie, and calls of its transport have only bearer, m2m, connected-app',
        fix: "Use @Protected({ credentials: ['bearer', 'm2m', 'connected-app'] }) with those that it should accept.",
      },
    ]);
  });

  it('is none if it accepts a token, or if the transport is not switched on', () => {
    expect(problemsOf(Payments, ['cookie', 'bearer'], withMessages)).toEqual([]);
    expect(problemsOf(Payments)).toEqual([]);
  });
});

describe('the access tokens of connected apps', () => {
  @Protected({ credentials: ['cookie', 'connected-app'] })
  class Documents {
    @Get()
    list() {
      return [];
    }
    @RequireRoles('editor')
    @Get('drafts')
    drafts() {
      return [];
    }
    @RequireScopes('read:documents')
    @Get('shared')
    shared() {
      return [];
    }
    @RequirePermission('documents', 'read')
    @Get('all')
    all() {
      return [];
    }
    @Protected({ credentials: ['cookie'] })
    @Get('own')
    own() {
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

  it('are accepted only by handlers that require a scope or a permission', () => {
    const problem = {
      className: 'Documents',
      problem: 'accepts the access tokens of connected apps, and requires no scope',
      fix: "Add @RequireScopes() or @RequirePermission(), or remove 'connected-app' from its credentials.",
    };

    expect(problemsOf(Documents)).toEqual([
      { ...problem, methodName: 'list' },
      { ...problem, methodName: 'drafts' },
    ]);
  });

  it('are accepted only with a scope where the module accepts them by default', () => {
    @Protected()
    class Orders {
      @Get()
      list() {
        return [];
      }
    }

    expect(problemsOf(Orders)).toEqual([]);
    expect(problemsOf(Orders, ['connected-app'])).toMatchObject([{ methodName: 'list' }]);
  });
});

describe('a requirement that no accepted credential can meet', () => {
  it('is a scope of sessions', () => {
    @RequireScopes('read:documents')
    class Documents {
      @Get()
      list() {
        return [];
      }
      @Protected({ credentials: ['cookie', 'bearer'] })
      @Get('own')
      own() {
        return [];
      }
      @Protected({ credentials: ['cookie', 'm2m'] })
      @Get('all')
      all() {
        return [];
      }
    }
    const problem = {
      className: 'Documents',
      problem: 'requires a scope, and accepts only sessions, which have none',
      fix: "Add the kinds of access tokens, such as @Protected({ credentials: ['m2m'] }), or use @RequirePermission().",
    };

    expect(problemsOf(Documents)).toEqual([
      { ...problem, methodName: 'list' },
      { ...problem, methodName: 'own' },
    ]);
  });

  it('is a role, a factor or a sign-in of access tokens', () => {
    @Protected({ credentials: ['m2m'] })
    class Imports {
      @RequireRoles('admin')
      @Get()
      list() {
        return [];
      }
      @RequireFactors('totp')
      @Get('sealed')
      sealed() {
        return [];
      }
      @RequireRecentSignIn({ withinSeconds: 60 })
      @Post()
      create() {
        return [];
      }
      @Protected({ credentials: ['bearer', 'm2m'] })
      @RequireRoles('admin')
      @Get('all')
      all() {
        return [];
      }
      @RequirePermission('imports', 'read')
      @RefuseImpersonation()
      @Get('own')
      own() {
        return [];
      }
    }

    const problem =
      'requires a role, a factor or a recent sign-in, and accepts only access tokens, which have none';
    expect(problemsOf(Imports)).toMatchObject([
      { problem, methodName: 'list' },
      { problem, methodName: 'sealed' },
      { problem, methodName: 'create' },
    ]);
  });
});
