import type { INestApplication, Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { SwaggerModule, type OpenAPIObject, type SwaggerDocumentOptions } from '@nestjs/swagger';
import { registeredClasses } from '../lib/internal.js';
import { mapOperations, type Operation, type OperationPlace } from './openapi.js';

/** What an operation of a document calls. */
export interface RouteHandler {
  readonly controller: Type;
  readonly method: object;
}

/** Returns the handler of an operation; `undefined` if the application has none. */
export type FindHandler = (place: OperationPlace) => RouteHandler | undefined;

/** The metadata of `@ApiTags()` and of `@ApiExtension()`, which not every version exports. */
const tagsKey = 'swagger/apiUseTags';
const extensionKey = 'swagger/apiExtension';
const extensionName = 'x-nestjs-stytch-method';

/**
 * Finds the handlers of a document's operations. A document does not name them: ids of operations can be chosen,
 * and classes may share their name or inherit their methods. So a second document is created in the same way,
 * while tags mark the classes and an extension marks the methods.
 */
export function handlersOf(
  app: INestApplication,
  { openapi, info }: OpenAPIObject,
  options: SwaggerDocumentOptions | undefined,
): FindHandler {
  const marks = new Marks();
  try {
    for (const { metatype, registrations, methods } of registeredClasses(app.get(ModulesContainer))) {
      if (!registrations.has('controller')) continue;
      marks.set(tagsKey, metatype, (mark) => [mark]);
      for (const { method } of methods)
        marks.set(extensionKey, method, (mark) => ({ [extensionName]: mark }));
    }
    const marked = SwaggerModule.createDocument(
      app,
      { openapi, info },
      // Those of the application may expect to be called once for each operation.
      { ...options, operationIdFactory: () => '' },
    );
    return readMarks(marked, marks);
  } finally {
    marks.remove();
  }
}

function readMarks({ paths }: OpenAPIObject, marks: Marks): FindHandler {
  const handlers = new Map<string, RouteHandler>();
  mapOperations(paths, (operation, place) => {
    const { tags = [], [extensionName]: methodMark } = operation as Operation & Record<string, unknown>;
    const controller = tags.map((tag) => marks.targetOf(tag)).find((target) => target !== undefined);
    const method = marks.targetOf(methodMark);
    if (controller !== undefined && method !== undefined)
      handlers.set(keyOf(place), { controller: controller as Type, method });
    return operation;
  });
  return (place) => handlers.get(keyOf(place));
}

const keyOf = ({ verb, path }: OperationPlace) => `${verb} ${path}`;

/** Metadata that is set while a document is created. */
class Marks {
  readonly #targets = new Map<unknown, object>();
  readonly #restore: (() => void)[] = [];

  set(key: string, target: object, valueOf: (mark: string) => unknown): void {
    const mark = `nestjs-stytch:${this.#targets.size}`;
    this.#targets.set(mark, target);
    const before: unknown = Reflect.getOwnMetadata(key, target);
    this.#restore.push(() => {
      if (before === undefined) Reflect.deleteMetadata(key, target);
      else Reflect.defineMetadata(key, before, target);
    });
    Reflect.defineMetadata(key, valueOf(mark), target);
  }

  targetOf(mark: unknown): object | undefined {
    return this.#targets.get(mark);
  }

  /** In reverse order, since controllers that inherit a method share it. */
  remove(): void {
    for (const restore of this.#restore.reverse()) restore();
  }
}
