import type { Type } from '@nestjs/common';
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

/** The paths of one route: of its modules, its controller and the method, joined; without global prefix and version. */
export function pathsOfRoute(modules: ModulesContainer, controller: Type, method: object): string[] {
  const ofModules = [...modules.values()]
    .filter(({ controllers }) => [...controllers.values()].some(({ metatype }) => metatype === controller))
    .flatMap(({ metatype }) => orNone(modulePathOf(metatype, modules)));
  const [ofController, ofMethod] = [controller, method].map((target) =>
    pathOf(target, nestMetadata.routePath),
  );
  return ofModules
    .flatMap((first) =>
      orNone(ofController).flatMap((second) =>
        orNone(ofMethod).map((third) => `/${first}/${second}/${third}`),
      ),
    )
    .map((path) => path.replaceAll(/\/{2,}/g, '/'));
}

const orNone = (paths: readonly string[] = []): readonly string[] => (paths.length === 0 ? [''] : paths);

/** `RouterModule` stores it by application. */
const modulePathOf = (metatype: object, { applicationId }: ModulesContainer): string[] =>
  pathOf(metatype, nestMetadata.modulePath + applicationId);

const pathOf = (target: object, key: string): string[] =>
  [Reflect.getMetadata(key, target) as string | string[] | undefined]
    .flat()
    .filter((path) => path !== undefined);
