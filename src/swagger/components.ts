import type { OpenAPIObject } from '@nestjs/swagger';
import { operationsOf, type Schemas, type SecuritySchemes } from './openapi.js';
import { isSameScheme } from './security.js';

/**
 * Adds those of the components that the document refers to.
 * @throws {TypeError} if the document has another security scheme of the same name
 */
export function addComponents(
  document: OpenAPIObject,
  { schemas, securitySchemes }: { readonly schemas: Schemas; readonly securitySchemes: SecuritySchemes },
): OpenAPIObject {
  const { components = {}, paths, security = [] } = document;
  const text = JSON.stringify(paths);
  const requirements = [...security, ...operationsOf(paths).flatMap((operation) => operation.security ?? [])];
  const schemeNames = new Set(requirements.flatMap(Object.keys));
  const own = components.securitySchemes ?? {};
  requireSameSchemes(own, securitySchemes);
  return {
    ...document,
    components: {
      ...components,
      schemas: {
        ...components.schemas,
        ...pick(schemas, (name) => text.includes(`"#/components/schemas/${name}"`)),
      },
      securitySchemes: { ...pick(securitySchemes, (name) => schemeNames.has(name)), ...own },
    },
  };
}

function requireSameSchemes(own: SecuritySchemes, ours: SecuritySchemes): void {
  for (const [name, scheme] of Object.entries(ours)) {
    if (own[name] === undefined || isSameScheme(own[name], scheme)) continue;
    throw new TypeError(
      `documentAccess(): the document already has a security scheme '${name}', which is another one. Name ours with cookieScheme or bearerScheme.`,
    );
  }
}

const pick = <Value>(
  values: Readonly<Record<string, Value>>,
  isPicked: (name: string) => boolean,
): Record<string, Value> => Object.fromEntries(Object.entries(values).filter(([name]) => isPicked(name)));
