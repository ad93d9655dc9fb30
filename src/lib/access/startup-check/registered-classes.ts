import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { ACCESS_KEY, type Access } from '../access-metadata.js';
import { methodsOf, type Method, type Registration } from './methods.js';

/** A class in which Nest looks for handlers. */
export interface RegisteredClass {
  readonly metatype: Type;
  readonly registrations: ReadonlySet<Registration>;
  readonly methods: readonly Method[];
}

/**
 * Every class that is registered as a controller or provider in any module, once. Providers made by
 * a factory are left out, unless `withFactories` is set and the factory has run.
 */
export function registeredClasses(
  modules: ModulesContainer,
  { withFactories = false } = {},
): RegisteredClass[] {
  const registrations = new Map<Type, Set<Registration>>();
  const register = (metatype: unknown, registration: Registration) => {
    if (!isClass(metatype)) return;
    const known = registrations.get(metatype);
    if (known === undefined) registrations.set(metatype, new Set([registration]));
    else known.add(registration);
  };
  for (const { controllers, providers } of modules.values()) {
    for (const { metatype } of controllers.values()) register(metatype, 'controller');
    for (const wrapper of providers.values()) {
      if (!wrapper.isNotMetatype) register(wrapper.metatype, 'provider');
      else if (withFactories) register(classOfInstance(wrapper.instance), 'factory');
    }
  }
  return [...registrations].map(([metatype, of]) => ({
    metatype,
    registrations: of,
    methods: methodsOf(metatype, of),
  }));
}

/** Whether the class or one of its methods declares that it needs a session. */
export function isProtectedClass({ metatype, methods }: RegisteredClass): boolean {
  return [metatype, ...methods.map(({ method }) => method)].some(
    (target) => declaredAccess(target) === 'protected',
  );
}

/** What the decorators of a class or method declare; for a class, those of its base classes too. */
export const declaredAccess = (target: object): Access | undefined =>
  Reflect.getMetadata(ACCESS_KEY, target) as Access | undefined;

const isClass = (value: unknown): value is Type =>
  typeof value === 'function' && typeof value.prototype === 'object' && value.prototype !== null;

function classOfInstance(instance: unknown): unknown {
  if (typeof instance !== 'object' || instance === null) return undefined;
  const prototype = Object.getPrototypeOf(instance) as { constructor?: unknown } | null;
  return prototype === Object.prototype ? undefined : prototype?.constructor;
}
