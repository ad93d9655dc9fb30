import { Controller, Get } from '@nestjs/common';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ApiOkResponse, ApiProperty } from '@nestjs/swagger';
import { CurrentPrincipal, emailOtp, Protected, RequireRoles, type Principal } from 'nestjs-stytch';
import * as b2b from 'nestjs-stytch/b2b';
import { documentAccess } from 'nestjs-stytch/swagger';
import { useApplication } from '../support/use-application.js';
import { useB2BApplication } from '../support/use-b2b-application.js';
import { createDocument } from './documented-operations.js';

const run = promisify(execFile);
const modules = resolve('node_modules');

class Me {
  @ApiProperty()
  kind!: string;
}

@Protected()
@Controller('me')
class MeController {
  @ApiOkResponse({ type: Me })
  @Get()
  me(@CurrentPrincipal() { kind }: Principal): { kind: string } {
    return { kind };
  }

  @RequireRoles('admin')
  @Get('admin')
  admin(): string {
    return '';
  }
}

/** A program over the generated client. It compiles only if the document has the right bodies and responses. */
const program = (organization: string) => `
import { client } from './client/client.gen.js';
import {
  authControllerFinish, authControllerLogout, authControllerSession, authControllerStart, meControllerAdmin, meControllerMe,
} from './client/sdk.gen.js';

const [, , baseUrl, emulatorUrl, email] = process.argv as [string, string, string, string, string];
const cookies = new Map<string, string>();
client.setConfig({
  baseUrl,
  fetch: async (request) => {
    const withCookies = new Request(request);
    withCookies.headers.set('cookie', [...cookies].map(([name, value]) => name + '=' + value).join('; '));
    const response = await fetch(withCookies);
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') cookies.delete(name!);
      else cookies.set(name!, value!);
    }
    return response;
  },
});

const results: unknown[] = [];
const before = await meControllerMe();
const code: 'session_missing' | undefined = before.error?.code === 'session_missing' ? before.error.code : undefined;
results.push([before.response?.status, code]);

const path = { method: 'email-otp' } as const;
const started = await authControllerStart({ path, body: { email${organization} } });
const status: 'sent' | undefined = started.data?.status;
results.push([started.response?.status, status]);

const message = await (await fetch(emulatorUrl + '/__emulator/v1/messages/wait?to=' + email)).json();
const wrong = await authControllerFinish({ path, body: { code: '000000' } });
results.push([wrong.response?.status, wrong.error?.code]);
const finished = await authControllerFinish({ path, body: { code: message.code } });
results.push([finished.response?.status, finished.data?.status]);

results.push((await meControllerMe()).data?.kind);
const forbidden = await meControllerAdmin();
results.push([forbidden.response?.status, forbidden.error?.code]);
const session = await authControllerSession();
results.push(session.data?.authenticated === true && session.data.session.kind);
results.push((await authControllerLogout()).response?.status);
results.push((await meControllerMe()).error?.code);
console.log(JSON.stringify(results));

declare const process: { readonly argv: string[] };
`;

const compilerOptions = {
  target: 'ES2022',
  module: 'nodenext',
  lib: ['ES2023', 'DOM', 'DOM.Iterable'],
  types: [],
  strict: true,
  skipLibCheck: true,
  noEmitOnError: true,
};

describe('a client that is generated from the document', () => {
  const consumer = useApplication({ controllers: [MeController], options: { methods: [emailOtp()] } });
  const organizations = useB2BApplication({
    controllers: [MeController],
    options: { methods: [b2b.emailOtp()] },
  });
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nestjs-stytch-client-'));
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    await Promise.all([
      generate('consumer', consumer, ''),
      generate('b2b', organizations, ", organization: 'acme'"),
    ]);
    await run(process.execPath, [join(modules, 'typescript/bin/tsc'), '-p', folder]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function generate(
    name: string,
    { application }: Pick<typeof consumer, 'application'>,
    organization: string,
  ) {
    const of = join(folder, name);
    await mkdir(of);
    const document = documentAccess(application.app, createDocument(application.app));
    await writeFile(join(of, 'document.json'), JSON.stringify(document));
    await writeFile(join(of, 'program.ts'), program(organization));
    const generator = join(modules, '@hey-api/openapi-ts/bin/run.js');
    await run(process.execPath, [generator, '-i', 'document.json', '-o', 'client'], { cwd: of });
  }

  const resultsOf = async (
    name: string,
    { application, emulator }: typeof consumer | typeof organizations,
  ) => {
    const { stdout } = await run(process.execPath, [
      join(folder, name, 'program.js'),
      application.url,
      emulator.url,
      'ada@example.com',
    ]);
    return JSON.parse(stdout) as unknown;
  };

  const expected = (kind: string) => [
    [401, 'session_missing'],
    [202, 'sent'],
    [400, 'code_incorrect'],
    [200, 'signed_in'],
    kind,
    [403, 'role_missing'],
    kind,
    204,
    'session_missing',
  ];

  it('compiles, signs a user in with a code, calls a protected route and signs out', async () => {
    expect(await resultsOf('consumer', consumer)).toEqual(expected('user'));
  });

  it('compiles, signs a member in to an organization, calls a protected route and signs out', async () => {
    await organizations.emulator.organizations.create({ name: 'Acme', slug: 'acme' });
    await organizations.emulator.sessions.create({ organization: 'acme', email: 'ada@example.com' });

    expect(await resultsOf('b2b', organizations)).toEqual(expected('member'));
  });
});
