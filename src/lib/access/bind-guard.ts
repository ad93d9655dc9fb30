import { applyDecorators, UseGuards, type Type } from '@nestjs/common';
import { ProtectedGuard } from './protected.guard.js';
import { SessionGuard } from './session.guard.js';
import { nestMetadata } from './startup-check/nest-metadata.js';

/**
 * Binds `ProtectedGuard` to a class or method once, however many of its decorators need it: Nest runs a
 * guard as often as it is bound. The guard of a class serves its methods too.
 */
export const bindGuard =
  (): ClassDecorator & MethodDecorator =>
  (target: object, ...method: [name?: string | symbol, descriptor?: PropertyDescriptor]): void => {
    const [, descriptor] = method;
    if (!hasGuard((descriptor?.value ?? target) as object)) {
      applyDecorators(UseGuards(ProtectedGuard))(target, ...method);
    }
    if (descriptor === undefined) unbindFromMethods(target as Type);
  };

/** Whether `ProtectedGuard` is bound to a class or method. */
export const hasGuard = (target: object): boolean => guardsOf(target).includes(ProtectedGuard);

/** Whether `SessionGuard` is bound to a class or method with `@UseGuards()`. */
export const bindsSessionGuard = (target: object): boolean =>
  guardsOf(target).some((guard) => guard === SessionGuard || guard instanceof SessionGuard);

/** The guards that are bound to a method, or to a class and its base classes. */
export const guardsOf = (target: object): readonly unknown[] =>
  (Reflect.getMetadata(nestMetadata.guards, target) ?? []) as unknown[];

/** Inherited methods keep their guard, since the class that defines them may have none. */
function unbindFromMethods(metatype: Type): void {
  const properties = Object.getOwnPropertyDescriptors(metatype.prototype as object);
  for (const { value } of Object.values<PropertyDescriptor>(properties)) {
    const property: unknown = value;
    if (typeof property !== 'function' || property === metatype || !hasGuard(property)) continue;
    const others = guardsOf(property).filter((guard) => guard !== ProtectedGuard);
    Reflect.defineMetadata(nestMetadata.guards, others, property);
  }
}
