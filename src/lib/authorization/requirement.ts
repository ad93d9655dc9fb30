import type { ExecutionContext, Type } from '@nestjs/common';
import type { Principal } from '../identity/principal.js';

/** What a check of the application decides on. */
export interface AccessCheckInput {
  /** What the request was authenticated as. */
  readonly principal: Principal;
  /** The call, with its request and its handler. */
  readonly context: ExecutionContext;
}

/**
 * A requirement of the application, for `@Require()`: an injectable class, provided in any module.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class OwnsDocument implements AccessCheck {
 *   constructor(private readonly documents: Documents) {}
 *
 *   async check({ principal, context }: AccessCheckInput) {
 *     const { id } = context.switchToHttp().getRequest().params;
 *     return principal.kind === 'user' && (await this.documents.ownerOf(id)) === principal.userId;
 *   }
 * }
 * ```
 */
export interface AccessCheck {
  /**
   * Only `true` lets the request continue. An exception ends the request as if the handler had thrown
   * it, so that a check can respond 404.
   *
   * For streams and subscriptions it is called again after each refresh of the session, with the new `principal` and
   * the same `context`, so it must have no side effects. There, an exception counts as a check that failed: it is
   * called again after ten seconds, and the stream ends with a 503 `policy_unavailable` before the previous JWT of
   * the session expires.
   */
  check(input: AccessCheckInput): boolean | Promise<boolean>;
}

/** What a handler requires besides authentication. */
export type Requirement =
  | { readonly kind: 'permission'; readonly resource: string; readonly action: string }
  | { readonly kind: 'roles'; readonly anyOf: readonly string[] }
  | { readonly kind: 'scopes'; readonly allOf: readonly string[] }
  | { readonly kind: 'factors'; readonly allOf: readonly string[] }
  | { readonly kind: 'recent_sign_in'; readonly withinSeconds: number }
  | { readonly kind: 'no_impersonation' }
  | { readonly kind: 'check'; readonly check: Type<AccessCheck> };

/** A requirement in words, for developers: in logs, in the access report, in refusals outside production. */
export function describeRequirement(requirement: Requirement): string {
  switch (requirement.kind) {
    case 'permission':
      return `permission ${requirement.resource}:${requirement.action}`;
    case 'roles':
      return requirement.anyOf.length === 1
        ? `role ${requirement.anyOf.join()}`
        : `one of the roles ${requirement.anyOf.join(', ')}`;
    case 'scopes':
      return `scope ${requirement.allOf.join(' and ')}`;
    case 'factors':
      return `factor ${requirement.allOf.join(' and ')}`;
    case 'recent_sign_in':
      return `sign-in within ${requirement.withinSeconds} s`;
    case 'no_impersonation':
      return 'no impersonation';
    case 'check':
      return requirement.check.name;
  }
}
