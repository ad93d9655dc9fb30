import type { INestApplication } from '@nestjs/common';
import {
  DocumentBuilder,
  SwaggerModule,
  type OpenAPIObject,
  type SwaggerDocumentOptions,
} from '@nestjs/swagger';

export interface CreationSettings {
  readonly config?: (builder: DocumentBuilder) => unknown;
  readonly documentOptions?: SwaggerDocumentOptions;
}

export function createDocument(
  app: INestApplication,
  { config, documentOptions }: CreationSettings = {},
): OpenAPIObject {
  const builder = new DocumentBuilder();
  config?.(builder);
  return SwaggerModule.createDocument(app, builder.build(), documentOptions);
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** The operations of a document by verb and path. */
export function operationsOf({ paths }: OpenAPIObject): Record<string, Operation> {
  return Object.fromEntries(
    Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([verb, operation]) => [
        `${verb.toUpperCase()} ${path}`,
        operation as Operation,
      ]),
    ),
  );
}

interface RefusalSchema {
  readonly allOf: readonly [unknown, { readonly properties: { readonly code: { readonly enum: string[] } } }];
}

/** The codes of an operation by status, without responses that are no refusals. */
export function codesOf({ responses }: Operation): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(responses).flatMap(([status, response]) => {
      const schema = (response as { content?: Record<string, { schema?: unknown }> }).content?.[
        'application/json'
      ]?.schema as Partial<RefusalSchema> | undefined;
      return schema?.allOf === undefined ? [] : [[status, schema.allOf[1].properties.code.enum]];
    }),
  );
}
