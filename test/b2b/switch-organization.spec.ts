import { Controller, Get, Module, Param } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { CurrentSession, Protected, type MemberSession } from 'nestjs-stytch';
import { StytchB2BModule } from 'nestjs-stytch/b2b';
import { b2bCallsTo, browserOfMember, useB2BApplication } from '../support/use-b2b-application.js';
import { silence } from '../support/silence.js';

@Protected()
@Controller(':org/documents')
class DocumentsController {
  @Get()
  list(@Param('org') org: string, @CurrentSession() session: MemberSession) {
    return { org, slug: session.organization.slug };
  }
}

@Protected()
@Controller('reports')
class ReportsController {
  @Get([':organization', ':orgs/all'])
  list() {
    return [];
  }
}

@Module({ controllers: [ReportsController] })
class ReportsModule {}

describe('the page that offers to switch', () => {
  const stage = useB2BApplication({
    controllers: [DocumentsController],
    options: { organizations: { tenant: { path: ':org' } } },
  });

  it('leads a member of both organizations to the page, by a form and never by a link', async () => {
    for (const slug of ['acme', 'globex']) {
      await stage.emulator.organizations.create({
        name: slug,
        slug,
        members: [{ email: 'ada@example.com' }],
      });
    }
    const { browser } = await browserOfMember(stage, { organization: 'acme', email: 'ada@example.com' });
    const refused = await browser.visit('/globex/documents');
    const page = await browser.visit(refused.headers.get('location') ?? '');
    const value = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1] ?? '';
    const [, action = ''] = /action="([^"]*)"/.exec(page.text) ?? [];
    expect(b2bCallsTo(stage.emulator)).toEqual(['POST /v1/b2b/sessions/authenticate']);

    const switched = await browser.postForm(action, {
      organization: value('organization'),
      return_to: value('return_to'),
    });

    expect([switched.status, switched.headers.get('location')]).toEqual([303, '/globex/documents']);
    const shown = await browser.visit('/globex/documents');
    expect([shown.status, shown.json()]).toEqual([200, { org: 'globex', slug: 'globex' }]);
    expect((await browser.get('/acme/documents')).status).toBe(403);
  });
});

describe('the parameter that organizations.tenant names', () => {
  const start = async (prefix = '', path = 'reports-of') => {
    const testing = await Test.createTestingModule({
      imports: [
        StytchB2BModule.forRoot({
          projectId: 'project-test-5f0d9c1e-0000-4000-8000-000000000001',
          secret: 'secret-test-of-these-specs=',
          appUrl: 'http://localhost:3000',
          organizations: { tenant: { path: ':org' } },
        }),
        ReportsModule,
        RouterModule.register([{ path, module: ReportsModule }]),
      ],
    })
      .setLogger(silence)
      .compile();
    const app = testing.createNestApplication();
    app.setGlobalPrefix(prefix);
    await app.init();
    await app.close();
  };

  it('stops the start if no route has it', async () => {
    await expect(start()).rejects.toMatchObject({
      problems: [
        {
          path: 'organizations.tenant',
          given: "{ path: ':org' }",
          allowed: 'a parameter of a route of this application',
          fix: 'No route has the parameter :org, so no request would be checked. Correct the name, or omit the option.',
        },
      ],
    });
  });

  it.each<[string, string, string]>([
    ['the global prefix', 'teams/:org', 'reports-of'],
    ['the path of a module', '', 'teams/:org'],
  ])('may be in %s', async (_, prefix, path) => {
    await expect(start(prefix, path)).resolves.toBeUndefined();
  });
});
