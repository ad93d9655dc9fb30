import { Inject, Injectable, type ExecutionContext, type Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { isDeepStrictEqual } from 'node:util';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import type { Requirement } from '../authorization/requirement.js';
import { ACCESS_KEY, ALLOW_CROSS_SITE_KEY, requirementsOf, type Access } from './access-metadata.js';
import { overriddenMethods } from './startup-check/methods.js';

export interface AccessRequirement {
  readonly access: Access;
  /** Whether pages of any site may send state-changing requests to this handler. */
  readonly allowsCrossSite: boolean;
  /** What is required besides a session; those of the class come first. */
  readonly requirements: readonly Requirement[];
  /** What would be required if the handler were not marked `@Public()` or `@OptionalSession()`. */
  readonly waived: readonly Requirement[];
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
      forClass.set(handler, (requirement = this.read(controller, handler as Type)));
    return requirement;
  }

  /**
   * Access declared on a handler overrides that of its class. Requirements add up, those of the methods
   * that the handler overrides included.
   */
  private read(controller: Type, handler: Type): AccessRequirement {
    const targets = [handler, controller];
    const access =
      this.reflector.getAllAndOverride<Access | undefined>(ACCESS_KEY, targets) ?? this.defaultAccess;
    const declared = [handler, ...overriddenMethods(controller, handler), controller]
      .reverse()
      .flatMap(requirementsOf)
      .filter(isFirstMention);
    return {
      access,
      allowsCrossSite:
        this.reflector.getAllAndOverride<boolean | undefined>(ALLOW_CROSS_SITE_KEY, targets) ?? false,
      requirements: access === 'protected' ? declared : [],
      waived: access === 'protected' ? [] : declared,
    };
  }
}

/** False for a requirement that is declared again, as overriding methods do. */
const isFirstMention = (requirement: Requirement, index: number, all: readonly Requirement[]): boolean =>
  all.findIndex((other) => isDeepStrictEqual(other, requirement)) === index;
