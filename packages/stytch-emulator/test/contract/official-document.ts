import { Ajv, type ValidateFunction } from 'ajv';

/** An operation of Stytch's OpenAPI document. */
export interface DocumentedOperation {
  /** For example `GET /v1/users/{user_id}`. */
  readonly name: string;
  readonly queryParameters: readonly { readonly name: string; readonly required: boolean }[];
  /** Undefined if the operation has no body. */
  readonly request: ValidateFunction | undefined;
  readonly response: ValidateFunction;
  /** The statuses of the documented responses. */
  readonly statuses: readonly number[];
}

interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  [keyword: string]: unknown;
}

interface Content {
  content?: { 'application/json'?: { schema: { $ref: string } } };
}

interface OpenAPIOperation {
  parameters?: readonly { name: string; in: string; required?: boolean }[];
  requestBody?: Content;
  responses: Record<string, Content>;
}

/** What is read of an OpenAPI document. */
export interface OpenAPIDocument {
  paths: Record<string, Record<string, OpenAPIOperation>>;
  components: { schemas: Record<string, Schema> };
}

const methods = ['get', 'post', 'put', 'delete'];

/** An OpenAPI document of Stytch. Fields that it does not name are not valid. */
export class OfficialDocument {
  private readonly ajv = new Ajv({
    strict: false,
    allErrors: true,
    formats: { int32: true, 'date-time': true },
  });
  private readonly patterns: readonly (readonly [pattern: RegExp, method: string, path: string])[];
  private readonly operations = new Map<string, DocumentedOperation>();

  /** @param isEnveloped whether successful responses are in an envelope, which the document does not mention */
  constructor(
    private readonly document: OpenAPIDocument,
    private readonly isEnveloped = false,
  ) {
    const { schemas } = document.components;
    this.ajv.addSchema({
      $id: 'stytch',
      components: {
        schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, closed(schema)])),
      },
    });
    this.patterns = Object.entries(document.paths)
      .flatMap(([template, item]) =>
        methods
          .filter((method) => method in item)
          .map((method) => [toPattern(template), method.toUpperCase(), template] as const),
      )
      // Paths without parameters come first.
      .sort(([, , a], [, , b]) => (a.replaceAll('{', '~') < b.replaceAll('{', '~') ? -1 : 1));
  }

  /** Undefined if the document has no such operation. */
  find(method: string, path: string): DocumentedOperation | undefined {
    const found = this.patterns.find(([pattern, candidate]) => candidate === method && pattern.test(path));
    return found && this.operation(method, found[2]);
  }

  private operation(method: string, path: string): DocumentedOperation {
    const name = `${method} ${path}`;
    const existing = this.operations.get(name);
    if (existing) return existing;
    const item = this.document.paths[path]!;
    const { parameters = [], requestBody, responses } = item[method.toLowerCase()]!;
    const operation = {
      name,
      queryParameters: parameters
        .filter((parameter) => parameter.in === 'query')
        .map((parameter) => ({ name: parameter.name, required: parameter.required ?? false })),
      request: requestBody && this.ajv.compile(reference(requestBody)),
      response: this.responseValidator(reference(responses['200']!)),
      statuses: Object.keys(responses).map(Number),
    };
    this.operations.set(name, operation);
    return operation;
  }

  private responseValidator(schema: Schema): ValidateFunction {
    return this.ajv.compile(
      this.isEnveloped
        ? closed({ type: 'object', properties: { data: schema }, required: ['data'] })
        : schema,
    );
  }
}

function reference({ content }: Content): Schema {
  return { $ref: `stytch${content!['application/json']!.schema.$ref}` };
}

function toPattern(template: string): RegExp {
  return new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`);
}

/** The schema without further properties, unless it allows them explicitly. */
function closed(schema: Schema): Schema {
  const { properties } = schema;
  if (properties === undefined) return schema;
  return { additionalProperties: false, ...schema };
}
