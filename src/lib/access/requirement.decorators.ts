import { applyDecorators, type Type } from '@nestjs/common';
import type { AccessCheck, Requirement } from '../authorization/requirement.js';
import { isScope } from '../identity/client-from-claims.js';
import { Protected } from './access.decorators.js';
import { changeMetadata, REQUIREMENTS_KEY, requirementsOf } from './access-metadata.js';

/**
 * Requires a permission of the project's RBAC policy, through one of the session's roles or one of the access
 * token's scopes. It is decided locally, with the policy fetched before. Includes `@Protected()`.
 *
 * Requirements add up: those of the handler, of the methods that it overrides, of its class and of the base
 * classes all have to be met.
 *
 * Without it the response is a 403 `permission_missing`, or a 503 `policy_unavailable` if the policy can't
 * be known.
 *
 * @param resource the id of the resource, compared exactly
 * @param action an action on it; a role may also allow all of them with `*`
 */
export const RequirePermission = (resource: string, action: string): ClassDecorator & MethodDecorator =>
  requires({ kind: 'permission', resource, action });

/**
 * {@link RequirePermission} for the resources and actions of one project, so that a misspelled one does
 * not compile.
 *
 * @example
 * ```ts
 * export const RequirePermission = permissionDecorator<{ documents: 'read' | 'write' }>();
 * ```
 */
export const permissionDecorator =
  <Permissions extends object>() =>
  <Resource extends keyof Permissions & string>(
    resource: Resource,
    action: Permissions[Resource] & string,
  ): ClassDecorator & MethodDecorator =>
    RequirePermission(resource, action);

/**
 * Requires that the session has one of the roles. Includes `@Protected()`. Without it the response is a 403
 * `role_missing`.
 */
export const RequireRoles = (role: string, ...others: readonly string[]): ClassDecorator & MethodDecorator =>
  requires({ kind: 'roles', anyOf: [role, ...others] });

/**
 * Requires that the access token has all of the scopes, compared exactly. Sessions have none. Includes `@Protected()`; list the
 * kinds of access tokens that are accepted there. Without them the response is a 403 `scope_missing`.
 *
 * To accept sessions too, use `@RequirePermission()`: the RBAC policy gives permissions to roles and scopes.
 *
 * @throws {TypeError} if a scope contains a space, a quote or a backslash (RFC 6749 section 3.3)
 */
export function RequireScopes(scope: string, ...others: readonly string[]): ClassDecorator & MethodDecorator {
  const allOf = [scope, ...others];
  if (!allOf.every(isScope)) throw new TypeError(`Not a scope: ${allOf.find((one) => !isScope(one))}.`);
  return requires({ kind: 'scopes', allOf });
}

/**
 * Requires that the person authenticated with all of the factors in this session. Includes
 * `@Protected()`. Without it the response is a 403 `factor_missing`.
 *
 * @param factor Stytch's name of the type: `magic_link`, `totp`, `webauthn`, …
 */
export const RequireFactors = (
  factor: string,
  ...others: readonly string[]
): ClassDecorator & MethodDecorator => requires({ kind: 'factors', allOf: [factor, ...others] });

/**
 * Requires that the person signed in, or authenticated with another factor, a short time ago. A refresh of
 * the session doesn't count, and neither does an impersonation: someone who acts as the person is refused.
 * Includes `@Protected()`. Without it the response is a 403
 * `step_up_required`; the client then signs the person in again.
 *
 * @throws {TypeError} if `withinSeconds` is not greater than 0
 */
export function RequireRecentSignIn({
  withinSeconds,
}: {
  withinSeconds: number;
}): ClassDecorator & MethodDecorator {
  if (!(withinSeconds > 0)) throw new TypeError('withinSeconds must be a number greater than 0.');
  return requires({ kind: 'recent_sign_in', withinSeconds });
}

/**
 * Refuses sessions in which someone impersonates the user. Includes `@Protected()`. The response is a 403
 * `impersonation_refused`.
 */
export const RefuseImpersonation = (): ClassDecorator & MethodDecorator =>
  requires({ kind: 'no_impersonation' });

/**
 * Requires that a check of the application returns `true`. The class has to be provided in a module.
 * Includes `@Protected()`. Without it the response is a 403 `requirement_not_met`.
 *
 * @see {@link AccessCheck} for an example
 */
export const Require = (check: Type<AccessCheck>): ClassDecorator & MethodDecorator =>
  requires({ kind: 'check', check });

/** Decorators run from the bottom to the top, so that the new requirement goes first. */
function requires(requirement: Requirement): ClassDecorator & MethodDecorator {
  return applyDecorators(
    Protected(),
    changeMetadata(REQUIREMENTS_KEY, (target) => [requirement, ...requirementsOf(target)]),
  );
}
