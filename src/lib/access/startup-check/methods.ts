import type { Type } from '@nestjs/common';
import { nestMetadata } from './nest-metadata.js';

/** Where Nest finds a class decides which of its methods it calls. */
export type Registration = 'controller' | 'provider' | 'factory';

/** How Nest calls a method. */
export type HandlerKind = 'route' | 'gateway_message' | 'message_pattern' | 'resolver' | 'field_resolver';

/** A method of a registered class, and how Nest calls it. */
export interface Method {
  readonly name: string;
  readonly method: object;
  /** The class whose prototype defines it. */
  readonly definedBy: Type;
  /** Empty for a method that Nest does not call as a handler. */
  readonly kinds: readonly HandlerKind[];
}

/** Every method of a class, inherited ones included; overridden ones are left out. */
export function methodsOf(metatype: Type, registrations: ReadonlySet<Registration>): Method[] {
  const methods: Method[] = [];
  // Accessors included: in a derived class they hide a method of its base class.
  const visited = new Set(['constructor']);
  for (const { prototype, definedBy } of prototypesOf(metatype)) {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      if (visited.has(name)) continue;
      visited.add(name);
      const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
      if (typeof method !== 'function') continue;
      methods.push({ name, method, definedBy, kinds: kindsOf(metatype, method, registrations) });
    }
  }
  return methods;
}

/** The methods that the method of this name overrides, nearest base class first. */
export function overriddenMethods(metatype: Type, { name, definedBy }: Method): object[] {
  const prototypes = [...prototypesOf(metatype)];
  const at = prototypes.findIndex((entry) => entry.definedBy === definedBy);
  return prototypes.slice(at + 1).flatMap(({ prototype }) => {
    const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    return typeof method === 'function' ? [method] : [];
  });
}

function* prototypesOf(metatype: Type): Iterable<{ prototype: object; definedBy: Type }> {
  let prototype: unknown = metatype.prototype;
  while (typeof prototype === 'object' && prototype !== null && prototype !== Object.prototype) {
    yield { prototype, definedBy: prototype.constructor as Type };
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
