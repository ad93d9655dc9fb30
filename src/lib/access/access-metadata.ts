import type { Requirement } from '../authorization/requirement.js';

/** Whether a handler needs a session. */
export type Access = 'protected' | 'public' | 'optional';

/** One key for all three decorators, so that a decorator on a handler overrides the one on its class. */
export const ACCESS_KEY = 'nestjs-stytch:access';

/** Every access declared on one target, so that the startup check can find contradictions. */
export const DECLARED_ACCESS_KEY = 'nestjs-stytch:declared-access';

export const ALLOW_CROSS_SITE_KEY = 'nestjs-stytch:allow-cross-site';

/** Whether the responses of a class or a method end with their session. */
export const END_WITH_SESSION_KEY = 'nestjs-stytch:end-with-session';

/** The kinds of credentials that a class or a method accepts. */
export const CREDENTIALS_KEY = 'nestjs-stytch:credentials';

/** How old the token of a request may be, for a class or a method. */
export const MAX_TOKEN_AGE_KEY = 'nestjs-stytch:max-token-age';

/** What a class or a method requires besides authentication. */
export const REQUIREMENTS_KEY = 'nestjs-stytch:requirements';

/** The methods that access decorators were applied to, on the prototype and by the method's name. */
const DECORATED_METHODS_KEY = 'nestjs-stytch:decorated-methods';

/** What the decorators of one target declare, without those of its base classes. */
export const declaredOn = (target: object): Access[] =>
  (Reflect.getOwnMetadata(DECLARED_ACCESS_KEY, target) ?? []) as Access[];

/** What the decorators of a method require, or those of a class and its base classes. */
export const requirementsOf = (target: object): readonly Requirement[] =>
  (Reflect.getMetadata(REQUIREMENTS_KEY, target) ?? []) as Requirement[];

/** What the decorators of one target require, if it has any; with those of its base classes. */
export const ownRequirementsOf = (target: object): readonly Requirement[] =>
  Reflect.hasOwnMetadata(REQUIREMENTS_KEY, target) ? requirementsOf(target) : [];

/** Sets metadata of the class or method that is decorated to a value that depends on its metadata so far. */
export const changeMetadata =
  (key: string, newValue: (target: object) => unknown): ClassDecorator & MethodDecorator =>
  (target: object, _key?: unknown, method?: unknown) => {
    const decorated = ((method as PropertyDescriptor | undefined)?.value ?? target) as object;
    Reflect.defineMetadata(key, newValue(decorated), decorated);
  };

/** The methods of this name that access decorators were applied to; several if one replaced another. */
export const decoratedMethods = (prototype: object, name: string): readonly object[] =>
  (Reflect.getOwnMetadata(DECORATED_METHODS_KEY, prototype, name) ?? []) as object[];

/** Records a decorated method where it is found again if another decorator replaces it. */
export const recordMethod: ClassDecorator & MethodDecorator = (
  target: object,
  name?: string | symbol,
  descriptor?: PropertyDescriptor,
): void => {
  if (typeof name !== 'string') return;
  const methods = [...decoratedMethods(target, name), descriptor?.value as object];
  Reflect.defineMetadata(DECORATED_METHODS_KEY, methods, target, name);
};
