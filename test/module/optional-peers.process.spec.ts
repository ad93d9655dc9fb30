import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What only sub-paths need. */
const peers = [
  '@nestjs/graphql',
  '@nestjs/microservices',
  '@nestjs/swagger',
  '@nestjs/terminus',
  '@nestjs/websockets',
  '@opentelemetry/api',
  'graphql',
  'ioredis',
  'redis',
  'socket.io',
  'ws',
];
/** Nest itself loads these if they are installed. */
const loadedByNest = ['@nestjs/microservices', '@nestjs/websockets'];

/** Clients of Redis and servers of sockets are the application's; `@nestjs/graphql` itself loads ws. */
const loadedBySubPaths = peers.filter(
  (name) => !['@nestjs/microservices', 'ioredis', 'redis', 'socket.io'].includes(name),
);

/**
 * Starts an application in a process that lists in a file each module that it loads, with the module that loads it, and
 * then loads sub-paths. Modules are loaded by `import`, and by `require` also from within. Standard output would not do:
 * a write to it fails when the process that reads it is busy.
 */
const script = (format: 'esm' | 'cjs', list: string) => `
  import 'reflect-metadata';
  import Module, { createRequire, register } from 'node:module';
  import { appendFileSync } from 'node:fs';
  register('data:text/javascript,' + encodeURIComponent(\`
    import { appendFileSync } from 'node:fs';
    export async function resolve(specifier, context, next) {
      const resolved = await next(specifier, context);
      appendFileSync(${JSON.stringify(list)}, resolved.url + ' ' + context.parentURL + '\\\\n');
      return resolved;
    }
  \`));
  const { _load: load } = Module;
  Module._load = (request, parent, ...others) => {
    const exports = load(request, parent, ...others);
    appendFileSync(
      ${JSON.stringify(list)},
      Module._resolveFilename(request, parent) + ' ' + parent?.filename + '\\n',
    );
    return exports;
  };
  const require = createRequire(process.cwd() + '/');
  const from = async (name) => ${format === 'esm' ? 'import(name)' : 'require(name)'};

  const common = await from('@nestjs/common');
  const { NestFactory } = await from('@nestjs/core');
  const { Protected, StytchModule } = await from('nestjs-stytch');
  class OrdersController {
    list() {}
  }
  Protected()(OrdersController);
  common.Controller('orders')(OrdersController);
  const { prototype } = OrdersController;
  common.Get()(prototype, 'list', Object.getOwnPropertyDescriptor(prototype, 'list'));
  class AppModule {}
  common.Module({
    imports: [
      StytchModule.forRoot({
        projectId: 'project-test-00000000-0000-4000-8000-000000000000',
        secret: 'secret-test-none-of-these-requests-needs-it',
        apiUrl: 'http://127.0.0.1:9',
        appUrl: 'http://localhost:3000',
      }),
    ],
    controllers: [OrdersController],
  })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  const { status } = await fetch(await app.getUrl() + '/orders');
  await app.close();
  appendFileSync(${JSON.stringify(list)}, 'The application is closed: ' + status + '\\n');
  for (const name of ['graphql', 'opentelemetry', 'redis', 'swagger', 'terminus', 'websockets'])
    await from('nestjs-stytch/' + name);
`;

interface Load {
  readonly loaded: string;
  readonly by: string;
}

const loadsIn = (output: string): Load[] =>
  output
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([loaded, by]) => (loaded !== undefined && by !== undefined ? [{ loaded, by }] : []));

/** Not of a dependency that is installed below the package. */
const isOf = (name: string, path: string) =>
  path.split('/node_modules/').at(-1)?.startsWith(`${name}/`) === true;

/** How often the application loads each package from outside of it, except as Nest does in each application. */
const countOf = (name: string, loads: readonly Load[]): number =>
  loads.filter(
    ({ loaded, by }) =>
      isOf(name, loaded) &&
      !isOf(name, by) &&
      !(loadedByNest.includes(name) && by.includes('/node_modules/@nestjs/')),
  ).length;

describe('an application without a sub-path', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loaded-modules-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it.each(['esm', 'cjs'] as const)(
    'loads none of the packages that only sub-paths need (%s)',
    async (format) => {
      const list = join(folder, 'modules');
      await promisify(execFile)(process.execPath, [
        '--input-type=module',
        '--disable-warning=ExperimentalWarning',
        '--eval',
        script(format, list),
      ]);
      const [byApplication = '', bySubPaths = ''] = (await readFile(list, 'utf8')).split(
        'The application is closed: 401\n',
      );
      const loads = loadsIn(byApplication);

      expect(loads.some(({ loaded }) => loaded.endsWith(`dist/${format}/lib/index.js`))).toBe(true);
      expect(Object.fromEntries(peers.map((name) => [name, countOf(name, loads)]))).toEqual(
        Object.fromEntries(peers.map((name) => [name, 0])),
      );
      const loadsOfSubPaths = loadsIn(bySubPaths);
      expect(peers.filter((name) => countOf(name, loadsOfSubPaths) > 0)).toEqual(loadedBySubPaths);
    },
  );
});
