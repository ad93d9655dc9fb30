import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import { Public, StytchRefusals, type RefusedSignIn } from 'nestjs-stytch';
import { OrganizationSignIn } from 'nestjs-stytch/b2b';
import { refusalBody } from '../support/refusals.js';
import { useB2BSignIn } from '../support/use-b2b-sign-in.js';

/** Chooses and switches organizations at routes of the application. */
@Public()
@Controller('tenants')
class TenantsController {
  constructor(
    private readonly organizations: OrganizationSignIn,
    private readonly refusals: StytchRefusals,
  ) {}

  @Get()
  async list(@Req() request: unknown, @Res({ passthrough: true }) response: unknown) {
    return this.unlessRefused(await this.organizations.list(request, response), request, response);
  }

  @Post()
  async change(
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
    @Body() { enter, create, switchTo }: Record<string, unknown>,
  ) {
    const result = await (enter !== undefined
      ? this.organizations.enter(request, response, enter)
      : create !== undefined
        ? this.organizations.create(request, response, create)
        : this.organizations.switchTo(request, response, { organization: switchTo, returnTo: '/me' }));
    return this.unlessRefused(result, request, response);
  }

  private unlessRefused<Result extends { kind: string }>(
    result: Result | RefusedSignIn,
    request: unknown,
    response: unknown,
  ): Result {
    if ('refusal' in result) throw this.refusals.toException(result.refusal, request, response);
    return result;
  }
}

describe('OrganizationSignIn in a controller of the application', () => {
  const stage = useB2BSignIn({
    controllers: [TenantsController],
    options: { organizations: { create: 'allow' } },
  });
  const email = 'ada@example.com';

  it('lists, enters, switches and creates organizations', async () => {
    const first = await stage.organization({ members: [{ email }] });
    const second = await stage.organization({ members: [{ email }] });
    const { browser } = await stage.discover(email);

    expect((await browser.get('/tenants')).json()).toMatchObject({
      kind: 'organizations',
      organizations: [{ id: first.organization_id }, { id: second.organization_id }],
      canCreate: true,
    });
    const entered = await browser.postJson('/tenants', { enter: first.organization_id });
    expect(entered.json()).toMatchObject({
      kind: 'signed_in',
      session: { organization: { id: first.organization_id } },
    });
    const switched = await browser.postJson('/tenants', { switchTo: second.organization_slug });
    expect(switched.json()).toMatchObject({
      kind: 'signed_in',
      session: { organization: { id: second.organization_id } },
      returnTo: '/me',
    });
    const { browser: creating } = await stage.discover(email);
    const created = await creating.postJson('/tenants', { create: 'Initech' });
    expect(created.json()).toMatchObject({
      kind: 'signed_in',
      session: { organization: { slug: 'initech' } },
    });
  });

  it.each([{ enter: 'acme' }, { create: 'Acme' }, { switchTo: 'acme' }])(
    'refuses %j of a page of another site',
    async (body) => {
      const { browser } = await stage.discover(email);
      stage.emulator.requests.clear();
      const response = await browser.postJson('/tenants', body, { 'sec-fetch-site': 'cross-site' });

      expect([response.status, response.json()]).toEqual([403, refusalBody('cross_site_refused')]);
      expect(stage.emulator.requests.list()).toEqual([]);
    },
  );
});
