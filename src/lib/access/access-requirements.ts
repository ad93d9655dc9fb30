import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { ACCESS_KEY, ALLOW_CROSS_SITE_KEY, type Access } from './access-metadata.js';

export interface AccessRequirement {
  readonly access: Access;
  /** Whether pages of any site may send requests that change something here. */
  readonly allowsCrossSite: boolean;
}

/** What each handler requires: worked out from its decorators once, then remembered. */
@Injectable()
export class AccessRequirements {
  private readonly undecorated: Access;
  private readonly reflector = new Reflector();
  private readonly remembered = new WeakMap<object, WeakMap<object, AccessRequirement>>();

  constructor(@Inject(RESOLVED_OPTIONS) { protection }: ResolvedOptions) {
    this.undecorated = protection === 'opt-out' ? 'protected' : 'public';
  }

  /** Two classes may share a handler by inheritance, so the class is part of the question. */
  of(context: ExecutionContext): AccessRequirement {
    const [controller, handler] = [context.getClass(), context.getHandler()];
    let ofController = this.remembered.get(controller);
    if (ofController === undefined) this.remembered.set(controller, (ofController = new WeakMap()));
    let requirement = ofController.get(handler);
    if (requirement === undefined)
      ofController.set(handler, (requirement = this.read([handler, controller])));
    return requirement;
  }

  /** What stands on the handler goes before what stands on its class. */
  private read(targets: Parameters<Reflector['getAllAndOverride']>[1]): AccessRequirement {
    return {
      access: this.reflector.getAllAndOverride<Access | undefined>(ACCESS_KEY, targets) ?? this.undecorated,
      allowsCrossSite:
        this.reflector.getAllAndOverride<boolean | undefined>(ALLOW_CROSS_SITE_KEY, targets) ?? false,
    };
  }
}
