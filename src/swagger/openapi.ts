import type { OpenAPIObject } from '@nestjs/swagger';

// Not every version of @nestjs/swagger exports these types.
export type PathItem = OpenAPIObject['paths'][string];
export type Operation = NonNullable<PathItem['get']>;
export type Responses = Operation['responses'];
export type Security = NonNullable<OpenAPIObject['security']>;
export type SecurityRequirement = Security[number];
type Components = NonNullable<OpenAPIObject['components']>;
export type SecuritySchemes = NonNullable<Components['securitySchemes']>;
export type Schemas = NonNullable<Components['schemas']>;
export type Schema = Schemas[string];
export type Parameter = NonNullable<Operation['parameters']>[number];
export type Response = Exclude<Responses[string], { $ref: string } | undefined>;
export type Content = NonNullable<Response['content']>;

/** Where an operation is in a document. */
export interface OperationPlace {
  /** In lower case. */
  readonly verb: string;
  /** With parameters in braces. */
  readonly path: string;
}

const verbs = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'search', 'query'];

/** A copy of the paths with each operation replaced; left out if the function returns `undefined`. */
export function mapOperations(
  paths: OpenAPIObject['paths'],
  map: (operation: Operation, place: OperationPlace) => Operation | undefined,
): OpenAPIObject['paths'] {
  const mapped = Object.entries(paths).flatMap(([path, item]): [string, PathItem][] => {
    const entries = Object.entries(item as Record<string, unknown>).flatMap(([name, value]) => {
      if (!verbs.includes(name)) return [[name, value] as const];
      const operation = map(value as Operation, { verb: name, path });
      return operation === undefined ? [] : [[name, operation] as const];
    });
    return entries.some(([name]) => verbs.includes(name)) ? [[path, Object.fromEntries(entries)]] : [];
  });
  return Object.fromEntries(mapped);
}

export function operationsOf(paths: OpenAPIObject['paths']): Operation[] {
  const operations: Operation[] = [];
  mapOperations(paths, (operation) => {
    operations.push(operation);
    return operation;
  });
  return operations;
}

export const pageContent: Content = { 'text/html': { schema: { type: 'string' } } };

export const textSchema = (description: string, more: Partial<Schema> = {}): Schema => ({
  type: 'string',
  description,
  ...more,
});

/** An object with exactly these values, as a schema. */
export const objectSchema = (
  properties: Record<string, Schema>,
  required = Object.keys(properties),
): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
});

/** One of the schemas, or the only one. */
export const anyOf = (schemas: readonly Schema[]): Schema => {
  const [only, ...others] = schemas;
  return only !== undefined && others.length === 0 ? only : { anyOf: [...schemas] };
};
