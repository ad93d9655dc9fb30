import type { Type } from '@nestjs/common';
import { nestMetadata } from './nest-metadata.js';

/** Where Nest finds a class decides which of its methods it calls. */
export type Registration = 'controller' | 'provider' | 'factory';

/** How Nest calls a method. */
export type HandlerKind = 'route' | 'gateway_message' | 'message_pattern' | 'resolver' | 'field_resolver';

/** A decorated method of a registered class, and how Nest calls it. */
export interface Method {
  readonly name: string;
  readonly method: object;
  /** Empty for a method that Nest does not call as a handler. */
  readonly kinds: readonly HandlerKind[];
}

/**
 * The decorated methods of a class, inherited ones included; overridden ones are left out. Every decorator that matters here
 * sets metadata on the method, and most methods of providers have none.
 */
export function methodsOf(metatype: Type, registrations: ReadonlySet<Registration>): Method[] {
  const methods: Method[] = [];
  // Accessors included: in a derived class they hide a method of its base class.
  const visited = new Set(['constructor']);
  for (const [name, method] of propertiesOf(metatype)) {
    if (visited.has(name)) continue;
    visited.add(name);
    if (typeof method === 'function' && Reflect.getMetadataKeys(method).length > 0)
      methods.push({ name, method, kinds: kindsOf(metatype, method, registrations) });
  }
  return methods;
}

/** The methods of base classes that a method of a class overrides, nearest first. */
export function overriddenMethods(metatype: Type, method: object): object[] {
  // Most classes have no base class, and many methods.
  const [, base] = prototypesOf(metatype);
  if (base === undefined) return [];
  const names = new Set<string>();
  const overridden: object[] = [];
  for (const [name, value] of propertiesOf(metatype)) {
    if (value === method) names.add(name);
    else if (names.has(name) && typeof value === 'function') overridden.push(value);
  }
  return overridden;
}

/** All properties of the prototypes, nearest first. Accessors are not run, and have no value. */
export function* propertiesOf(metatype: Type): Iterable<[name: string, value: unknown, prototype: object]> {
  for (const prototype of prototypesOf(metatype)) {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      yield [name, Object.getOwnPropertyDescriptor(prototype, name)?.value, prototype];
    }
  }
}

/** Those of the class and its base classes, nearest first. None for the class of a mocked context, which may be any object. */
function* prototypesOf(metatype: Type): Iterable<object> {
  let prototype: unknown = metatype.prototype;
  while (typeof prototype === 'object' && prototype !== null && prototype !== Object.prototype) {
    yield prototype;
    prototype = Object.getPrototypeOf(prototype);
  }
}

function kindsOf(metatype: Type, method: object, registrations: ReadonlySet<Registration>): HandlerKind[] {
  const kinds: HandlerKind[] = [];
  if (registrations.has('controller')) {
    if (Reflect.hasMetadata(nestMetadata.routePath, method)) kinds.push('route');
    if (Reflect.hasMetadata(nestMetadata.messageHandler, method)) kinds.push('message_pattern');
  }
  // Nest looks for gateways among classes only, and for resolvers among what factories made too.
  const isGateway = registrations.has('provider') && Reflect.hasMetadata(nestMetadata.gateway, metatype);
  if (isGateway && Reflect.hasMetadata(nestMetadata.gatewayMessage, method)) kinds.push('gateway_message');
  if (registrations.has('provider') || registrations.has('factory')) kinds.push(...resolverKind(method));
  return kinds;
}

function resolverKind(method: object): HandlerKind[] {
  if (Reflect.hasMetadata(nestMetadata.resolverType, method)) return ['resolver'];
  const isField =
    Reflect.hasMetadata(nestMetadata.resolverProperty, method) ||
    Reflect.hasMetadata(nestMetadata.resolverReference, method);
  return isField ? ['field_resolver'] : [];
}
