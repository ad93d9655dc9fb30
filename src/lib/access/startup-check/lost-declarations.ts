import type { StytchStartupProblem } from '../../errors/stytch-startup.error.js';
import {
  CREDENTIALS_KEY,
  DECLARED_ACCESS_KEY,
  decoratedMethods,
  MAX_TOKEN_AGE_KEY,
  REQUIREMENTS_KEY,
} from '../access-metadata.js';
import { propertiesOf } from './methods.js';
import type { RegisteredClass } from './registered-classes.js';

/**
 * Methods that were replaced after access decorators had been applied to them: decorators that wrap a
 * method may leave its metadata on the original. Base classes count too, since requirements are inherited.
 */
export function findLostDeclarations({ metatype }: RegisteredClass): StytchStartupProblem[] {
  return [...propertiesOf(metatype)]
    .filter(([name, value, prototype]) =>
      decoratedMethods(prototype, name).some((decorated) => !keepsDeclarations(decorated, value)),
    )
    .map(([methodName]) => ({
      className: metatype.name,
      methodName,
      problem:
        'lost its access decorators: a decorator above them replaces the method without copying its metadata',
      fix: 'Write the access decorators above that decorator, or copy the metadata in it.',
    }));
}

/** Whether what was declared on a method still applies to what is in its place. */
function keepsDeclarations(decorated: object, current: unknown): boolean {
  if (current === decorated) return true;
  if (typeof current !== 'function') return false;
  const keepsAll = (key: string) => {
    const kept = listOf(key, current);
    return listOf(key, decorated).every((entry) => kept.includes(entry));
  };
  const isStillSet = (key: string) =>
    !Reflect.hasMetadata(key, decorated) || Reflect.hasMetadata(key, current);
  return (
    [DECLARED_ACCESS_KEY, REQUIREMENTS_KEY].every(keepsAll) &&
    [CREDENTIALS_KEY, MAX_TOKEN_AGE_KEY].every(isStillSet)
  );
}

const listOf = (key: string, method: object): readonly unknown[] =>
  (Reflect.getMetadata(key, method) ?? []) as unknown[];
