import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What the sub-paths need. Nest itself loads `@nestjs/websockets` and `@nestjs/microservices` if they are installed. */
const peers =
  /node_modules\/(@nestjs\/(graphql|apollo|mercurius|terminus|swagger)|@opentelemetry|graphql|graphql-ws|ws|socket\.io|ioredis|@redis)\//;

/** Starts an application in a process that prints each module that it loads, and then imports a sub-path. */
const script = `
  import 'reflect-metadata';
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(\`
    import { writeSync } from 'node:fs';
    export function load(url, context, next) {
      writeSync(1, url + '\\\\n');
      return next(url, context);
    }
  \`));
  const { Module } = await import('@nestjs/common');
  const { NestFactory } = await import('@nestjs/core');
  const { StytchModule } = await import('nestjs-stytch');
  class AppModule {}
  Module({
    imports: [
      StytchModule.forRoot({
        projectId: 'project-test-00000000-0000-4000-8000-000000000000',
        secret: 'secret-test-none-of-these-requests-needs-it',
        apiUrl: 'http://127.0.0.1:9',
        appUrl: 'http://localhost:3000',
      }),
    ],
  })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.init();
  await app.close();
  console.log('The application is closed.');
  await import('nestjs-stytch/graphql');
`;

describe('an application without a sub-path', () => {
  it('loads none of the packages that only sub-paths need', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { maxBuffer: 16 * 1024 * 1024 },
    );
    const [byApplication = [], bySubPath = []] = stdout
      .split('The application is closed.')
      .map((urls) => urls.split('\n'));

    expect(byApplication.filter((url) => url.endsWith('dist/esm/lib/index.js'))).toHaveLength(1);
    expect(byApplication.filter((url) => peers.test(url))).toEqual([]);
    // The pattern recognizes what a sub-path loads.
    expect(bySubPath.filter((url) => peers.test(url))).not.toEqual([]);
  });
});
