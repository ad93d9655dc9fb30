import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCESS_KEY, type Access } from './access.decorators.js';

/** What each handler requires: worked out from its decorators once, then remembered. */
@Injectable()
export class AccessRequirements {
  private readonly undecorated: Access;
  private readonly reflector = new Reflector();
  private readonly remembered = new WeakMap<object, WeakMap<object, Access>>();

  constructor(@Inject(RESOLVED_OPTIONS) { protection }: ResolvedOptions) {
    this.undecorated = protection === 'opt-out' ? 'protected' : 'public';
  }

  /** Two classes may share a handler by inheritance, so the class is part of the question. */
  of(context: ExecutionContext): Access {
    const [controller, handler] = [context.getClass(), context.getHandler()];
    let ofController = this.remembered.get(controller);
    if (ofController === undefined) this.remembered.set(controller, (ofController = new WeakMap()));
    let access = ofController.get(handler);
    if (access === undefined) {
      access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS_KEY, [handler, controller]);
      ofController.set(handler, (access ??= this.undecorated));
    }
    return access;
  }
}
