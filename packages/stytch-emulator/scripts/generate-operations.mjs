// Generates what depends on Stytch's official OpenAPI documents, of the API (github.com/stytchauth/stytch-openapi)
// and of the API that browser and mobile SDKs call (github.com/stytchauth/stytch-mobile): the lists of operations,
// SUPPORTED.md, and the response schemas that the tests check responses against. Reads the documents from the paths
// in STYTCH_OPENAPI and STYTCH_SDK_OPENAPI, as JSON. Needs the build (dist/esm), which knows the operations that are
// served.
//
//   node scripts/generate-operations.mjs           writes the files
//   node scripts/generate-operations.mjs --check   fails if a file is out of date
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { createB2B } from '../dist/esm/resources/b2b/create-b2b.js';
import { createConsumer } from '../dist/esm/resources/consumer/create-consumer.js';

// Operations for browsers and OAuth clients that Stytch's documentation describes and the document lacks.
const undocumentedOperations = {
  'GET /.well-known/oauth-authorization-server': 'AuthorizationServerMetadata',
  'GET /.well-known/openid-configuration': 'OpenIDConfiguration',
  'GET /v1/b2b/public/oauth/{provider}/discovery/start': 'OAuthDiscoveryStart',
  'GET /v1/b2b/public/oauth/{provider}/start': 'OAuthStart',
  'POST /v1/oauth2/introspect': 'IntrospectToken',
  'POST /v1/oauth2/register': 'RegisterClient',
  'POST /v1/oauth2/revoke': 'RevokeToken',
  'POST /v1/oauth2/token': 'Token',
  'GET /v1/oauth2/userinfo': 'UserInfo',
  'POST /v1/oauth2/userinfo': 'UserInfo',
  'GET /v1/public/oauth/{provider}/start': 'OAuthStart',
  'GET /v1/public/sso/start': 'SSOStart',
  'GET /v1/public/{project_id}/.well-known/openid-configuration': 'OpenIDConfiguration',
  'POST /v1/public/{project_id}/oauth2/introspect': 'IntrospectToken',
  'POST /v1/public/{project_id}/oauth2/revoke': 'RevokeToken',
  'POST /v1/public/{project_id}/oauth2/token': 'Token',
  'GET /v1/public/{project_id}/oauth2/userinfo': 'UserInfo',
  'POST /v1/public/{project_id}/oauth2/userinfo': 'UserInfo',
};

// Operations that the web SDK calls and the document of the SDKs lacks, with the fields of the body that are read.
const undocumentedSdkOperations = {
  'POST /sdk/v1/b2b/organizations/search': { name: 'GetBySlug', fields: ['organization_slug'] },
  'POST /sdk/v1/events': { name: 'Events', fields: [] },
  'GET /sdk/v1/projects/bootstrap/{public_token}': { name: 'Bootstrap', fields: [] },
};

// Fields in the types of the web SDK that the document, which is that of the mobile SDKs, lacks.
const webSdkFields = {
  'POST /sdk/v1/b2b/magic_links/email/invite': ['invite_expiration_minutes'],
  'POST /sdk/v1/b2b/magic_links/email/login_or_signup': [
    'login_expiration_minutes',
    'signup_expiration_minutes',
  ],
  'POST /sdk/v1/passwords/email/reset/start': ['locale'],
};

// Why operations are missing.
const b2bNote = `
SSO and SCIM need an identity provider of the organization, which is not emulated. Second factors (TOTP, recovery codes,
codes by SMS) are recognized as missing, and cannot be added. Connected apps have no consent page: the control API issues their
tokens. The tokens of OAuth and OIDC providers are not stored. Sessions are not attested, migrated or created from access
tokens, which consumer projects lack too.
`;

const methods = ['get', 'post', 'put', 'patch', 'delete'];
const packageDirectory = join(dirname(fileURLToPath(import.meta.url)), '..');

const document = readDocument('STYTCH_OPENAPI');
const sdkDocument = readDocument('STYTCH_SDK_OPENAPI');
// Handlers use their context only when they are called, so the route tables need none.
const resources = [createConsumer({}), createB2B({})].flatMap((product) => product.resources);
const served = [...new Set(resources.flatMap(({ routes }) => Object.keys(routes)))];
const servedBySdk = [...new Set(resources.flatMap(({ sdkRoutes = {} }) => Object.keys(sdkRoutes)))];
const operations = documentedOperations(document, served, undocumentedOperations);
const sdkOperations = documentedOperations(sdkDocument, servedBySdk, undocumentedSdkOperations);

const files = {
  'src/wire/stytch-operations.ts': operationList(),
  'src/wire/sdk-operations.ts': sdkOperationList(),
  'SUPPORTED.md': supportTable(),
  'test/response-schemas.json': responseSchemas(),
};

let outdated = false;
for (const [name, content] of Object.entries(files)) {
  const path = join(packageDirectory, name);
  const formatted = path.endsWith('.json')
    ? content
    : await format(content, { ...(await resolveConfig(path)), filepath: path });
  if (!process.argv.includes('--check')) writeFileSync(path, formatted);
  else if (formatted !== read(path)) {
    outdated = true;
    console.error(`${name} is out of date. Run: npm run generate -w stytch-emulator`);
  }
}
process.exitCode = outdated ? 1 : 0;

function readDocument(variable) {
  const path = process.env[variable];
  if (path !== undefined) return JSON.parse(readFileSync(path, 'utf8'));
  console.error(`Set ${variable} to the path of the official OpenAPI document.`);
  process.exit(2);
}

function documentedOperations(document, served, undocumented) {
  const documented = Object.entries(document.paths).flatMap(([path, item]) =>
    methods.filter((method) => method in item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const unknown = served.filter(
    (operation) => !documented.includes(operation) && !(operation in undocumented),
  );
  if (unknown.length > 0) throw new Error(`Served, but not in the lists: ${unknown.join(', ')}`);
  return documented.sort(byPath);
}

/** By path, then by method. Fixed segments sort before parameters, so that routers match them first. */
function byPath(a, b) {
  const [[methodA, pathA], [methodB, pathB]] = [a.split(' '), b.split(' ')];
  if (pathA === pathB) return methodA < methodB ? -1 : 1;
  return pathA < pathB ? -1 : 1;
}

function operationList() {
  const all = [...operations, ...Object.keys(undocumentedOperations)].sort(byPath);
  return `// Generated by scripts/generate-operations.mjs from Stytch's OpenAPI document, version ${document.info.version}. Do not edit.

/** Every operation of Stytch's API. Those that the emulator does not serve respond with 501. */
export const stytchOperations = [
${all.map((operation) => `  '${operation}',`).join('\n')}
] as const;

export type StytchOperation = (typeof stytchOperations)[number];
`;
}

function sdkOperationList() {
  const all = [...sdkOperations, ...Object.keys(undocumentedSdkOperations)].sort(byPath);
  return `// Generated by scripts/generate-operations.mjs from Stytch's OpenAPI document of the API for SDKs, version ${sdkDocument.info.version}. Do not edit.

/** Every operation that browser SDKs call, with the names of the fields in its body. Those that the emulator does not serve respond with 501. */
export const sdkOperations = {
${all.map((operation) => `  '${operation}': ${JSON.stringify(fieldsOf(operation))},`).join('\n')}
} as const;

export type SdkOperation = keyof typeof sdkOperations;
`;
}

function fieldsOf(operation) {
  if (operation in undocumentedSdkOperations) return undocumentedSdkOperations[operation].fields;
  const [method, path] = operation.split(' ');
  const { requestBody } = sdkDocument.paths[path]?.[method.toLowerCase()] ?? {};
  const name = requestBody?.content['application/json'].schema.$ref.split('/').at(-1);
  const documented = Object.keys(sdkDocument.components.schemas[name]?.properties ?? {});
  return [...documented, ...(webSdkFields[operation] ?? [])];
}

function supportTable() {
  const isB2b = (operation) => operation.includes('/b2b/');
  const isServed = (operation) => served.includes(operation) || servedBySdk.includes(operation);
  const section = (title, list, note = '') => {
    const count = list.filter(isServed).length;
    const rows = list.map((operation) => {
      const [method, path] = operation.split(' ');
      return `| ${nameOf(operation)} | ${method} | \`${path}\` | ${isServed(operation) ? 'served' : '501'} |`;
    });
    return `## ${title}: ${count} of ${list.length}
${note}
| operation | method | path | response |
| --- | --- | --- | --- |
${rows.join('\n')}`;
  };
  const countServed = (list) => list.filter(isServed).length;
  return `# Supported operations

<!-- Generated by scripts/generate-operations.mjs. Do not edit. -->

The emulator serves ${countServed(operations)} of the ${operations.length} operations in Stytch's OpenAPI document, version ${document.info.version}, and ${countServed(sdkOperations)} of the ${sdkOperations.length} operations in that of the API for browser and mobile SDKs, version ${sdkDocument.info.version}. The others respond with 501 \`emulator_not_implemented\`.

${section(
  'Consumer',
  operations.filter((operation) => !isB2b(operation)),
)}

${section('B2B', operations.filter(isB2b), b2bNote)}

${section('Not in the OpenAPI document', Object.keys(undocumentedOperations).sort(byPath))}

${section(
  'Browser SDK, consumer',
  sdkOperations.filter((operation) => !isB2b(operation)),
)}

${section('Browser SDK, B2B', sdkOperations.filter(isB2b))}

${section('Browser SDK, not in the OpenAPI document', Object.keys(undocumentedSdkOperations).sort(byPath))}

## Webhooks

Changes of users, members and organizations are sent, with \`direct\` or \`dashboard\` as the source. Those of SSO and SCIM connections, and the source \`scim\`, are not: the emulator serves neither. Pending webhooks are lost when it stops.
`;
}

function nameOf(operation) {
  const [method, path] = operation.split(' ');
  const { operationId } = (document.paths[path] ?? sdkDocument.paths[path])?.[method.toLowerCase()] ?? {};
  return (
    operationId?.split('_').at(-1) ??
    undocumentedOperations[operation] ??
    undocumentedSdkOperations[operation].name
  );
}

/**
 * The schemas of the success responses of the served operations, and the schemas they refer to. Where both documents
 * define a schema, it is the same.
 */
function responseSchemas() {
  const responses = {
    ...responsesOf(document, operations, served),
    ...responsesOf(sdkDocument, sdkOperations, servedBySdk),
  };
  const schemas = { ...sdkDocument.components.schemas, ...document.components.schemas };
  const definitions = {};
  const define = (schema) => {
    for (const [, name] of JSON.stringify(schema).matchAll(/"#\/\$defs\/(\w+)"/g)) {
      if (name in definitions) continue;
      definitions[name] = compact(schemas[name]);
      define(definitions[name]);
    }
  };
  define(responses);
  return `{"responses":${onePerLine(responses, byPath)},\n"$defs":${onePerLine(definitions)}}\n`;
}

function responsesOf({ paths }, documented, served) {
  const entries = documented
    .filter((operation) => served.includes(operation))
    .map((operation) => {
      const [method, path] = operation.split(' ');
      const { content } = paths[path][method.toLowerCase()].responses['200'];
      return [operation, compact(content['application/json'].schema)];
    });
  return Object.fromEntries(entries);
}

/** A schema without its descriptions, whose references point to `$defs`. */
function compact(schema) {
  const keywords = ['type', 'enum', 'required', 'properties', 'items', 'additionalProperties', '$ref'];
  return JSON.parse(JSON.stringify(schema, filterKeywords));

  function filterKeywords(key, value) {
    if (key === '$ref') return value.replace('#/components/schemas/', '#/$defs/');
    if (key === 'properties' || typeof value !== 'object' || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).filter(([keyword]) => keywords.includes(keyword)));
  }
}

/** JSON with one entry per line: small, with readable diffs. */
function onePerLine(entries, order) {
  const lines = Object.keys(entries)
    .sort(order)
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(entries[key])}`);
  return `{\n${lines.join(',\n')}\n}`;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
