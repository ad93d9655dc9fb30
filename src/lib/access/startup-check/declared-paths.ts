import type { ModulesContainer } from '@nestjs/core';
import { methodsOf } from './methods.js';
import { nestMetadata } from './nest-metadata.js';

/** The paths that modules, controllers and their routes declare, not joined. */
export function declaredPaths(modules: ModulesContainer): string[] {
  return [...modules.values()].flatMap(({ metatype, controllers }) => {
    const classes = [...controllers.values()].flatMap(({ metatype: type }) =>
      typeof type === 'function' ? [type] : [],
    );
    const targets = classes.flatMap((type) => [
      type,
      ...methodsOf(type as Parameters<typeof methodsOf>[0], new Set(['controller'])).map(
        ({ method }) => method,
      ),
    ]);
    const ofModule = classes.length === 0 ? [] : [modulePathOf(metatype, modules)];
    return [...ofModule, ...targets.map((target) => pathOf(target, nestMetadata.routePath))].flat();
  });
}

/** `RouterModule` stores it by application. */
const modulePathOf = (metatype: object, { applicationId }: ModulesContainer): string[] =>
  pathOf(metatype, nestMetadata.modulePath + applicationId);

const pathOf = (target: object, key: string): string[] =>
  [Reflect.getMetadata(key, target) as string | string[] | undefined]
    .flat()
    .filter((path) => path !== undefined);
