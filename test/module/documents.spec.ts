import * as common from '@nestjs/common';
import * as core from '@nestjs/core';
import * as eventEmitter from '@nestjs/event-emitter';
import * as graphql from '@nestjs/graphql';
import * as microservices from '@nestjs/microservices';
import * as schedule from '@nestjs/schedule';
import * as websockets from '@nestjs/websockets';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  ...['packages', 'examples'].flatMap((folder) =>
    readdirSync(folder).map((name) => `${folder}/${name}/README.md`),
  ),
].filter((file) => existsSync(file));

/** Names and expressions of other software that the documents mention. */
const foreign = new Set([
  // undici
  'Agent',
  'ProxyAgent',
  // Types, methods and options of Nest
  ...['ExecutionContext', 'overrideProvider', 'inheritAppConfig', 'handleConnection', 'isGlobal'],
  ...['useFactory', 'useClass', 'useExisting', 'fieldResolverEnhancers'],
  // Files and methods of an application, nestjs-pino and @nestjs/passport
  ...[
    'AppModule',
    'src/app.module.ts',
    'src/schema.graphql',
    'app.enableCors',
    'app.set',
    'app.use',
    'organizations.json',
    'enableShutdownHooks',
    'gracefulShutdownTimeoutMs',
    'LoggerModule.forRoot',
  ],
  // Attributes of OpenTelemetry
  'url.full',
  // ioredis and node-redis
  ...['Redis', 'Cluster', 'createCluster', 'createSentinel', 'createClientPool'],
  // @nestjs/swagger, and the schema in its documents
  ...['ApiCookieAuth', 'ApiBearerAuth', 'createDocument', 'SwaggerModule.setup', 'StytchRefusal'],
  // WebSockets: the adapters of Nest, and socket.io
  ...[
    'app.useWebSocketAdapter',
    'auth',
    'connectTimeout',
    'client.disconnect',
    'maxPayload',
    'maxHttpBufferSize',
  ],
  // GraphQL: members of errors and contexts, options of Apollo and Mercurius, and a message of graphql-ws
  ...['extensions.code', 'extensions.http.status', 'extensions.retryAfter'],
  ...[
    'preserveHttpStatusForExecutionErrors',
    'subscription',
    'reply.request',
    'extra.request',
    'connection_init',
  ],
  // HTTP headers, and options of fetch and cors
  ...['Cookie', 'Origin', 'Referer', 'Host', 'Vary', 'Date', 'Set-Cookie', 'Cache-Control', 'Retry-After'],
  ...[
    'Authorization',
    'exposedHeaders',
    'Sec-Fetch-Site',
    'WWW-Authenticate',
    'Referrer-Policy',
    'SameSite',
    'HttpOnly',
    'Secure',
    'credentials',
  ],
  // Passport, and test runners
  ...['AuthGuard', 'NODE_OPTIONS', 'globals', 'beforeAll', 'afterAll'],
  // Node and JavaScript
  ...['crypto.verify', 'import.meta'],
  // Stytch's SDK, and names of its API
  ...['B2BClient', 'mfa_required', 'require_reset', 'member_authenticated'],
  ...['stytch.self', 'passwords/discovery'],
  // Stytch's browser SDK
  ...['cookieOptions', 'stytch.session.authenticate', 'stytch.session.revoke', 'stytch.session.getTokens'],
  // The control API of the emulator, its output, and types of webhooks
  ...['advanceSeconds', 'webhookSecret', 'user.delete'],
]);

const nestNames = new Set(
  [common, core, eventEmitter, graphql, microservices, schedule, websockets].flatMap((module) =>
    Object.keys(module),
  ),
);
/** The public names with their members, and the paths of the options, as etc/ records them. */
const reports = readdirSync('etc').map((file) => readFileSync(join('etc', file), 'utf8'));
const publicWords = new Set(reports.flatMap((report) => report.match(/\w+/g) ?? []));
const publicNames = new Set(
  reports.flatMap((report) =>
    [...report.matchAll(/^export (?:class|const|function|interface|type) (\w+)/gm)].map(([, name]) => name),
  ),
);
const optionPaths = new Set(
  ['StytchCommonOptions', 'StytchModuleOptions', 'StytchStaticOptions'].flatMap((name) => pathsIn(name)),
);

const folders = ['src', 'test', 'bench', 'scripts', 'examples', ...packageFolders()];
const files = folders.flatMap((folder) => filesBelow(folder));
const sources = files
  .filter((file) => /\.(ts|mjs)$/.test(file) && basename(file) !== 'documents.spec.ts')
  .map((file) => readFileSync(file, 'utf8'))
  .concat(readFileSync('.env.example', 'utf8'), readFileSync('.ci/run', 'utf8'))
  .join('\n');
const wordsOfSources = new Set(sources.match(/\w+/g));
const quotedInSources = new Set(Array.from(sources.matchAll(/'([\w.]+)(?=')/g), ([, text]) => text));

describe.each(documents)('%s', (document) => {
  const text = readFileSync(document, 'utf8');

  it('mentions only files, folders, names, options, codes and variables that exist', () => {
    const missing = mentionsIn(text).flatMap(({ mention, line }) => {
      const problem = problemWith(mention, document);
      return problem === undefined ? [] : [`${document}:${line}: \`${mention}\`: ${problem}`];
    });

    expect(missing).toEqual([]);
  });

  it('links only to files that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target]) => target!);

    expect(links.filter((target) => !existsSync(join(dirname(document), target)))).toEqual([]);
  });

  it('links only to headings that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)];
    const dead = links.filter(([, target, anchor]) => {
      const file = target === '' ? document : join(dirname(document), target!);
      return !anchorsIn(readFileSync(file, 'utf8')).has(anchor!);
    });

    expect(dead.map(([link]) => link)).toEqual([]);
  });

  it('names only npm scripts that exist', () => {
    const commands = [...text.matchAll(/npm run ([\w:-]+)(?: -w ([\w-]+))?/g)];
    const unknown = commands.filter(
      ([, script, workspace]) =>
        scriptsOf(workspace === undefined ? '.' : `packages/${workspace}`)[script!] === undefined,
    );

    expect(unknown.map(([command]) => command)).toEqual([]);
  });
});

/** Code blocks are blank lines, so that line numbers stay. */
const withoutCodeBlocks = (text: string) =>
  text.replaceAll(/^```[\s\S]*?^```$/gm, (block) => block.replaceAll(/[^\n]/g, ''));

/** The anchors that GitHub gives to headings. */
function anchorsIn(text: string): Set<string> {
  const headings = withoutCodeBlocks(text).matchAll(/^#+ (.+)$/gm);
  return new Set(
    Array.from(headings, ([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Inline code outside of code blocks, with its line. */
function mentionsIn(text: string): { mention: string; line: number }[] {
  return withoutCodeBlocks(text)
    .split('\n')
    .flatMap((content, index) =>
      Array.from(content.matchAll(/`([^`]+)`/g), ([, mention]) => ({ mention: mention!, line: index + 1 })),
    );
}

/** What is wrong with a mention. What looks like neither a path nor a name is not checked. */
function problemWith(mention: string, document: string): string | undefined {
  const name = mention.replace(/^@(?=[A-Z])/, '').replace(/\(.*\)$|[:=] ?.*$/, '');
  if (foreign.has(name)) return undefined;

  if (/^@?(nestjs-stytch|stytch-emulator)(\/|$)/.test(mention))
    return isPublished(mention) ? undefined : 'no package exports this path';
  if (/^@nestjs\/[\w-]+$/.test(mention)) return undefined;
  if (/^(?:[\w.-]+\/)+[\w.-]*$/.test(mention) || /^[\w.-]+\.(ts|mjs|cjs|md|json)$/.test(mention))
    return isFile(mention, document) ? undefined : 'no file, folder or route has this path';
  if (isArchitectureTerm(mention, document))
    return isFileName(mention) ? undefined : 'no file or folder has this name';

  if (/^[A-Z][A-Z\d]+(_[A-Z\d]+)*$/.test(name))
    return isKnownConstant(name) ? undefined : 'no source reads this variable or exports this name';
  if (/^[A-Z]\w*[a-z]\w*$/.test(name))
    return publicNames.has(name) || nestNames.has(name) ? undefined : 'nothing public has this name';
  if (/^[A-Z]\w+\.\w+$/.test(name)) {
    const [owner, member] = name.split('.');
    return publicNames.has(owner) && publicWords.has(member!) ? undefined : 'no public class has this member';
  }
  if (/^[a-z]+(_[a-z]+)+$/.test(name))
    return quotedInSources.has(name) ? undefined : 'no source contains this code or value';
  if (/^[a-z]\w*(\.\w+)+$/.test(name))
    return optionPaths.has(name) ||
      name.split('.').every((part) => publicWords.has(part)) ||
      quotedInSources.has(name)
      ? undefined
      : 'no option has this path, and nothing public has this member';
  if (/^[a-z]+[A-Z]\w*$/.test(name) || /^\w+: /.test(mention))
    return publicWords.has(name) || nestNames.has(name)
      ? undefined
      : 'no option, function or member has this name';
  return undefined;
}

/** ARCHITECTURE.md writes files and folders without their parent and extension. */
function isArchitectureTerm(mention: string, document: string): boolean {
  if (document !== 'ARCHITECTURE.md' || mention.startsWith('opt-')) return false;
  return /^[a-z]+(-[a-z]+)+$/.test(mention) || readFileSync(document, 'utf8').includes(`\n| \`${mention}\` `);
}

function isFile(path: string, document: string): boolean {
  const roots = [
    '.',
    dirname(document),
    'src/lib',
    'src',
    ...packageFolders().map((folder) => join(folder, 'src')),
  ];
  const isBelowRoot = roots.some((root) =>
    ['', '.ts', '.mjs'].some((extension) => existsSync(join(root, `${path}${extension}`))),
  );
  const isRoute = sources.includes(`/${path}'`);
  return isBelowRoot || isRoute || (!path.includes('/') && isFileName(path));
}

function isFileName(name: string): boolean {
  const isNamed = (part: string) => part === name || part === `${name}.ts`;
  return files.some((file) => file.split('/').some((part) => isNamed(part)));
}

function isKnownConstant(name: string): boolean {
  return publicNames.has(name) || nestNames.has(name) || wordsOfSources.has(name);
}

function isPublished(specifier: string): boolean {
  const manifests = ['.', ...packageFolders()].map((folder) => manifestOf(folder));
  return manifests.some(({ name, exports }) =>
    Object.keys(exports).some((subpath) => join(name, subpath) === specifier),
  );
}

/** The paths of the options that one interface of a report declares, those of nested interfaces included. */
function pathsIn(interfaceName: string, prefix = ''): string[] {
  const body = new RegExp(`^export interface ${interfaceName}\\b[^{]*\\{\\n([\\s\\S]*?)^\\}`, 'm').exec(
    reports.join('\n'),
  )?.[1];
  return [...(body ?? '').matchAll(/^ {4}(?:readonly )?(\w+)\??: (.+);$/gm)].flatMap(([, option, type]) => {
    const nested = /\b(Stytch\w+Options)\b/.exec(type!)?.[1];
    const path = `${prefix}${option!}`;
    return nested === undefined ? [path] : [path, ...pathsIn(nested, `${path}.`)];
  });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && name !== 'dist')
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    });
}

function packageFolders(): string[] {
  return readdirSync('packages').map((name) => join('packages', name));
}

function scriptsOf(folder: string): Record<string, string> {
  return manifestOf(folder).scripts;
}

function manifestOf(folder: string) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly exports: Record<string, unknown>;
    readonly scripts: Record<string, string>;
  };
}
