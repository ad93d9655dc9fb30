import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { ACCESS_KEY, ALLOW_CROSS_SITE_KEY, type Access } from './access-metadata.js';

export interface AccessRequirement {
  readonly access: Access;
  /** Whether pages of any site may send state-changing requests to this handler. */
  readonly allowsCrossSite: boolean;
}

/** What each handler requires. Read from its decorators once, then cached. */
@Injectable()
export class AccessRequirements {
  private readonly defaultAccess: Access;
  private readonly reflector = new Reflector();
  private readonly cache = new WeakMap<object, WeakMap<object, AccessRequirement>>();

  constructor(@Inject(RESOLVED_OPTIONS) { protection }: ResolvedOptions) {
    this.defaultAccess = protection === 'opt-out' ? 'protected' : 'public';
  }

  /** Keyed by class and handler, since classes may share a handler by inheritance. */
  of(context: ExecutionContext): AccessRequirement {
    const [controller, handler] = [context.getClass(), context.getHandler()];
    let forClass = this.cache.get(controller);
    if (forClass === undefined) this.cache.set(controller, (forClass = new WeakMap()));
    let requirement = forClass.get(handler);
    if (requirement === undefined) forClass.set(handler, (requirement = this.read([handler, controller])));
    return requirement;
  }

  /** Decorators on a handler override those on its class. */
  private read(targets: Parameters<Reflector['getAllAndOverride']>[1]): AccessRequirement {
    return {
      access: this.reflector.getAllAndOverride<Access | undefined>(ACCESS_KEY, targets) ?? this.defaultAccess,
      allowsCrossSite:
        this.reflector.getAllAndOverride<boolean | undefined>(ALLOW_CROSS_SITE_KEY, targets) ?? false,
    };
  }
}
