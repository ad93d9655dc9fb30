import { Controller, Get, Module, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CurrentSession, Protected, type MemberSession } from 'nestjs-stytch';
import { StytchB2BModule } from 'nestjs-stytch/b2b';
import { TestBrowser } from 'nestjs-stytch/testing';
import { startStytchEmulator, type StytchB2BEmulator } from 'stytch-emulator';

const appUrl = 'http://localhost:3000';
const email = 'ada@example.com';

@Protected()
@Controller('orgs/:organization')
class OrganizationController {
  @Get()
  show(@CurrentSession() { organization, roles }: MemberSession) {
    return { organization: organization.slug, roles };
  }
}

describe('an application whose customers are organizations', () => {
  let emulator: StytchB2BEmulator;
  let app: INestApplication;

  beforeAll(async () => {
    const seed = {
      organizations: [
        { name: 'Acme', members: [{ email, roles: ['stytch_admin'] }] },
        { name: 'Globex', members: [{ email }] },
      ],
    };
    emulator = await startStytchEmulator({ product: 'b2b', seed });
    const { projectId, secret, url: apiUrl } = emulator;

    @Module({
      imports: [
        StytchB2BModule.forRoot({
          projectId,
          secret,
          apiUrl,
          appUrl,
          organizations: { tenant: { path: ':organization' } },
        }),
      ],
      controllers: [OrganizationController],
    })
    class AppModule {}

    const testing = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = testing.createNestApplication();
    await app.listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    await app.close();
    await emulator.close();
  });

  it('lets a member choose an organization, reach its pages only, switch, and sign out', async () => {
    const browser = new TestBrowser(await app.getUrl());
    expect((await browser.get('/orgs/acme')).status).toBe(401);

    expect((await browser.postJson('/auth/login', { email })).status).toBe(202);
    const { link } = await emulator.messages.wait({ to: email, kind: 'link' });
    const { headers } = await fetch(link, { redirect: 'manual' });
    const opened = await browser.get(String(headers.get('location')).replace(appUrl, ''));
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/auth/organizations']);
    expect((await browser.get('/orgs/acme')).status).toBe(401);

    expect((await browser.postJson('/auth/organizations', { organization: 'acme' })).status).toBe(200);
    expect((await browser.get('/orgs/acme')).json()).toEqual({
      organization: 'acme',
      roles: ['stytch_member', 'stytch_admin'],
    });
    expect((await browser.get('/orgs/globex')).json()).toMatchObject({
      statusCode: 403,
      code: 'organization_mismatch',
    });

    expect((await browser.postJson('/auth/switch', { organization: 'globex' })).status).toBe(200);
    expect((await browser.get('/orgs/globex')).json()).toEqual({
      organization: 'globex',
      roles: ['stytch_member'],
    });

    expect((await browser.postForm('/auth/logout')).status).toBe(303);
    expect((await browser.get('/orgs/globex')).status).toBe(401);
  });
});
