import { Inject, Injectable, type ExecutionContext, type Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import type { Requirement } from '../authorization/requirement.js';
import { ACCESS_KEY, ALLOW_CROSS_SITE_KEY, requirementsOf, type Access } from './access-metadata.js';

export interface AccessRequirement {
  readonly access: Access;
  /** Whether pages of any site may send state-changing requests to this handler. */
  readonly allowsCrossSite: boolean;
  /** What is required besides a session; those of the class come first. */
  readonly requirements: readonly Requirement[];
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

  of(context: ExecutionContext): AccessRequirement {
    return this.ofHandler(context.getClass(), context.getHandler());
  }

  /** Keyed by class and handler, since classes may share a handler by inheritance. */
  ofHandler(controller: Type, handler: object): AccessRequirement {
    let forClass = this.cache.get(controller);
    if (forClass === undefined) this.cache.set(controller, (forClass = new WeakMap()));
    let requirement = forClass.get(handler);
    if (requirement === undefined)
      forClass.set(handler, (requirement = this.read([handler as Type, controller])));
    return requirement;
  }

  /** Access declared on a handler overrides that of its class; requirements add up. */
  private read(targets: Type[]): AccessRequirement {
    const access =
      this.reflector.getAllAndOverride<Access | undefined>(ACCESS_KEY, targets) ?? this.defaultAccess;
    return {
      access,
      allowsCrossSite:
        this.reflector.getAllAndOverride<boolean | undefined>(ALLOW_CROSS_SITE_KEY, targets) ?? false,
      requirements: access === 'protected' ? [...targets].reverse().flatMap(requirementsOf) : [],
    };
  }
}
