import type { Type } from '@nestjs/common';
import type { StytchStartupProblem } from '../../errors/stytch-startup.error.js';
import { describeRequirement } from '../../authorization/requirement.js';
import {
  declaredOn,
  END_WITH_SESSION_KEY,
  ownRequirementsOf,
  requirementsOf,
  type Access,
} from '../access-metadata.js';
import { bindsSessionGuard, hasGuard } from '../bind-guard.js';
import { overriddenMethods, type HandlerKind, type Method } from './methods.js';
import { declaredAccess, type RegisteredClass } from './registered-classes.js';

const removeProtected =
  'Remove @Protected(). It works on HTTP routes, gateway messages, message patterns and resolvers.';

const decoratorOf: Record<Access, string> = {
  protected: '@Protected()',
  public: '@Public()',
  optional: '@OptionalSession()',
};

/** A class-level or method-level declaration that contradicts itself, protects nothing, or is lost. */
export function findProblems(
  registered: RegisteredClass,
  protection: 'opt-in' | 'opt-out',
): StytchStartupProblem[] {
  const onMethods = registered.methods.flatMap((method) => [
    ...contradictions(registered, method.method, method),
    ...protectsNoHandler(registered, method),
    ...(protection === 'opt-out'
      ? undeclaredOffHttp(registered, method)
      : undeclaredWithGuard(registered, method)),
    ...losesProtection(registered, method, protection),
    ...losesGuard(registered, method),
  ]);
  return [
    ...contradictions(registered, registered.metatype),
    ...protectsNothing(registered),
    ...endsNothing(registered, protection),
    ...onMethods,
  ];
}

function contradictions(
  { metatype }: RegisteredClass,
  target: object,
  method?: Method,
): StytchStartupProblem[] {
  const declared = [...new Set(declaredOn(target))];
  if (declared.length < 2) return [];
  const required = ownRequirementsOf(target).map(describeRequirement);
  const marks = (accesses: readonly Access[]) =>
    `is marked ${accesses.map((access) => decoratorOf[access]).join(' and ')}`;
  return [
    required.length === 0
      ? { ...nameOf(metatype, method), problem: marks(declared), fix: 'Keep one of them.' }
      : {
          ...nameOf(metatype, method),
          problem: `${marks(declared.filter((access) => access !== 'protected'))}, and requires ${required.join(', ')}`,
          fix: 'Keep one of the two.',
        },
  ];
}

/** `@Cron()`, `@OnEvent()`, queue processors, `handleConnection`: Nest runs no guard before them. */
function protectsNoHandler({ metatype }: RegisteredClass, method: Method): StytchStartupProblem[] {
  if (method.kinds.length > 0 || declaredAccess(method.method) !== 'protected') return [];
  return [
    {
      ...nameOf(metatype, method),
      problem: 'is marked @Protected(), but Nest runs no guard before it',
      fix: removeProtected,
    },
  ];
}

function protectsNothing({ metatype, methods, registrations }: RegisteredClass): StytchStartupProblem[] {
  const hasHandlers = methods.some(({ kinds }) => kinds.length > 0);
  if (hasHandlers || declaredAccess(metatype) !== 'protected') return [];
  const where = registrations.has('controller') ? 'controller without routes' : 'provider without handlers';
  return [
    {
      ...nameOf(metatype),
      problem: `is marked @Protected(), but it is a ${where}, and Nest runs no guard before its methods`,
      fix: removeProtected,
    },
  ];
}

/** No session is read for a public handler, so that none can end its response. */
function endsNothing(
  { metatype, methods }: RegisteredClass,
  protection: 'opt-in' | 'opt-out',
): StytchStartupProblem[] {
  const isPublic = (access: Access | undefined) =>
    access === 'public' || (access === undefined && protection === 'opt-in');
  const routes = methods.filter(({ kinds }) => kinds.includes('route'));
  const publicRoutes = routes.filter((method) => isPublic(accessOf(metatype, method)));
  const isAllPublic = isPublic(declaredAccess(metatype)) && publicRoutes.length === routes.length;
  return [
    ...(isAllPublic && endsWithSession(metatype) ? [nameOf(metatype)] : []),
    ...publicRoutes.filter(({ method }) => endsWithSession(method)).map((method) => nameOf(metatype, method)),
  ].map((name) => ({
    ...name,
    problem: 'is marked @EndWithSession(), which has no effect on a public handler',
    fix: 'Use @OptionalSession() or @Protected(), or remove @EndWithSession().',
  }));
}

/**
 * With `opt-out`, what has no decorator is protected by the global guard. Whether Nest runs global
 * guards for a gateway or a message handler depends on its version and on `inheritAppConfig`, which
 * can't be seen from here.
 */
function undeclaredOffHttp({ metatype }: RegisteredClass, method: Method): StytchStartupProblem[] {
  const isOffHttp = method.kinds.some((kind) => kind === 'gateway_message' || kind === 'message_pattern');
  if (!isOffHttp || isDeclared(metatype, method)) return [];
  return [
    {
      ...nameOf(metatype, method),
      problem:
        "handles messages and has no access decorator; with protection: 'opt-out' it may be unprotected",
      fix: 'Mark it, or its class, @Protected() or @Public().',
    },
  ];
}

/** With `opt-in`, the guard requires nothing of a handler without an access decorator. */
function undeclaredWithGuard({ metatype }: RegisteredClass, method: Method): StytchStartupProblem[] {
  if (method.kinds.length === 0 || isDeclared(metatype, method)) return [];
  if (!bindsSessionGuard(metatype) && !bindsSessionGuard(method.method)) return [];
  return [
    {
      ...nameOf(metatype, method),
      problem: 'has @UseGuards(SessionGuard) and no access decorator, so it is public',
      fix: 'Use @Protected() instead; it binds the guard. Or mark it @Public().',
    },
  ];
}

/**
 * What an overridden method requires applies to the method that overrides it, but only a decorator binds
 * the guard.
 */
function losesProtection(
  { metatype }: RegisteredClass,
  method: Method,
  protection: 'opt-in' | 'opt-out',
): StytchStartupProblem[] {
  if (method.kinds.length === 0 || declaredAccess(method.method) !== undefined) return [];
  const ofClass = declaredAccess(metatype) ?? (protection === 'opt-out' ? 'protected' : 'public');
  if (ofClass === 'protected') return [];
  const wasProtected = overriddenMethods(metatype, method.method).some(
    (base) => declaredAccess(base) === 'protected',
  );
  if (!wasProtected) return [];
  return [
    {
      ...nameOf(metatype, method),
      problem: 'overrides a method that is marked @Protected(), and is not protected itself',
      fix: 'Mark it @Protected() or @Public().',
    },
  ];
}

/** A method that was copied from another class, which has the guard in its place. */
function losesGuard({ metatype }: RegisteredClass, method: Method): StytchStartupProblem[] {
  if (method.kinds.length === 0 || accessOf(metatype, method) !== 'protected') return [];
  if (hasGuard(metatype) || hasGuard(method.method)) return [];
  return [
    {
      ...nameOf(metatype, method),
      problem: 'is marked @Protected(), but only the class that it was copied from has the guard',
      fix: 'Mark its class @Protected().',
    },
  ];
}

/** Checks for `@Require()` that could not be called. */
export function missingChecks(
  { metatype, methods }: RegisteredClass,
  isProvided: (check: Type) => boolean,
): StytchStartupProblem[] {
  const missing = (targets: readonly object[], method?: Method): StytchStartupProblem[] =>
    targets.flatMap(requirementsOf).flatMap((requirement) =>
      requirement.kind !== 'check' || isProvided(requirement.check)
        ? []
        : [
            {
              ...nameOf(metatype, method),
              problem: `requires ${requirement.check.name}, which is not a provider of any module, or not a singleton`,
              fix: `Add ${requirement.check.name} to the providers of a module. It can't be request-scoped or transient.`,
            },
          ],
    );
  return [
    ...missing([metatype]),
    ...methods
      .filter(({ kinds }) => kinds.length > 0)
      .flatMap((method) => missing([method.method, ...overriddenMethods(metatype, method.method)], method)),
  ];
}

/**
 * Field resolvers that require a session. Nest runs guards before them only with
 * `fieldResolverEnhancers: ['guards']` in the options of `GraphQLModule`.
 */
export function protectedFieldResolvers({ metatype, methods }: RegisteredClass): StytchStartupProblem[] {
  return methods
    .filter((method) => isOnly('field_resolver', method) && accessOf(metatype, method) === 'protected')
    .map((method) => ({
      ...nameOf(metatype, method),
      problem: 'is a protected field resolver, and GraphQLModule runs no guards before field resolvers',
      fix: "Set fieldResolverEnhancers: ['guards'] in the options of GraphQLModule, or mark it @Public().",
    }));
}

/** Handlers that rely on a global guard, where `guard: false` leaves the binding to the application. */
export function unguardedHandlers(
  { metatype, methods }: RegisteredClass,
  isGuarded: (target: object) => boolean,
): StytchStartupProblem[] {
  return methods
    .filter((method) => method.kinds.some((kind) => kind === 'route' || kind === 'resolver'))
    .filter((method) => !isDeclared(metatype, method) && !isGuarded(metatype) && !isGuarded(method.method))
    .map((method) => ({
      ...nameOf(metatype, method),
      problem:
        "has no access decorator, and no global guard protects it: protection is 'opt-out' with guard: false",
      fix: 'Bind the guard: { provide: APP_GUARD, useExisting: SessionGuard }. Or mark it @Protected() or @Public().',
    }));
}

const accessOf = (metatype: object, { method }: Method): Access | undefined =>
  declaredAccess(method) ?? declaredAccess(metatype);

/** Not for what a class inherits: its base class may end what others return. */
const endsWithSession = (target: object): boolean =>
  Reflect.getOwnMetadata(END_WITH_SESSION_KEY, target) === true;

const isDeclared = (metatype: object, method: Method) => accessOf(metatype, method) !== undefined;

const isOnly = (kind: HandlerKind, { kinds }: Method) => kinds.length === 1 && kinds[0] === kind;

const nameOf = ({ name }: { name: string }, method?: Method) =>
  method === undefined ? { className: name } : { className: name, methodName: method.name };
