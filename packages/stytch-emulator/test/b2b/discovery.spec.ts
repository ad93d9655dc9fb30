import { b2bEmulatorUnderTest, b2bRefusal, b2bSdkClient, call, callback, claimsOf } from '../emulator.js';
import { createOrganization, discover } from './sign-in-flow.js';

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const id = (prefix: string): unknown => expect.stringMatching(new RegExp(`^${prefix}-test-${uuid}$`));
const token: unknown = expect.stringMatching(/^[\w-]{44}$/);

describe('discovery', () => {
  const emulator = b2bEmulatorUnderTest();
  const client = () => b2bSdkClient(emulator());
  const list = (body: object) => call(emulator(), 'POST /v1/b2b/discovery/organizations', body);
  const exchange = (body: object) =>
    call(emulator(), 'POST /v1/b2b/discovery/intermediate_sessions/exchange', body);

  it('sends a link that leads to the application and belongs to no organization', async () => {
    await client().magicLinks.email.discovery.send({
      email_address: 'ada@example.com',
      discovery_redirect_url: `${callback}?a=b`,
    });

    const message = emulator().messages.latest({ kind: 'link' })!;
    expect(message).toMatchObject({
      to: 'ada@example.com',
      type: 'magic_link_discovery',
      subject: 'Log in to your account',
      organization: null,
    });
    const hop = await fetch(message.link, { redirect: 'manual' });
    expect(hop.headers.get('location')).toBe(
      `${callback}?a=b&stytch_token_type=discovery&token=${message.token}`,
    );
  });

  it('starts an intermediate session, which creates an organization and becomes a session of its admin', async () => {
    const discovered = await discover(emulator(), 'ada@example.com');
    expect(discovered).toEqual({
      discovered_organizations: [],
      email_address: 'ada@example.com',
      intermediate_session_token: token,
      intermediate_session_token_expires_at: expect.any(String),
      request_id: id('request-id'),
      status_code: 200,
    });

    const created = await client().discovery.organizations.create({
      intermediate_session_token: discovered.intermediate_session_token,
      organization_name: 'Acme Inc',
      session_custom_claims: { plan: 'free' },
    });

    expect(created).toMatchObject({
      member_authenticated: true,
      intermediate_session_token: '',
      session_token: token,
      member: {
        email_address: 'ada@example.com',
        email_address_verified: true,
        status: 'active',
        is_admin: true,
      },
      organization: { organization_name: 'Acme Inc', organization_slug: 'acme-inc' },
      member_session: { roles: ['stytch_member', 'stytch_admin'], custom_claims: { plan: 'free' } },
      mfa_required: null,
      primary_required: null,
    });
    expect(claimsOf(created.session_jwt)).toMatchObject({
      sub: created.member_id,
      plan: 'free',
      'https://stytch.com/organization': { slug: 'acme-inc' },
    });
  });

  it('lists the organizations of an intermediate session and of a session, which stay as they are', async () => {
    const email_address = 'ada@acme.example';
    const { session_token, session_jwt } = await createOrganization(emulator(), email_address, {
      organization_name: 'Acme',
    });
    await createOrganization(emulator(), email_address, { organization_name: 'Globex' });
    await createOrganization(emulator(), 'eve@example.com', { organization_name: 'Initech' });
    const { intermediate_session_token } = await discover(emulator(), email_address);

    for (const credential of [{ intermediate_session_token }, { session_token }, { session_jwt }]) {
      expect(await client().discovery.organizations.list(credential)).toEqual({
        discovered_organizations: ['acme', 'globex'].map((slug) => ({
          member_authenticated: true,
          membership: {
            type: 'active_member',
            details: null,
            member: expect.objectContaining({ email_address, is_admin: true }),
          },
          mfa_required: null,
          organization: expect.objectContaining({ organization_slug: slug }),
          primary_required: null,
        })),
        email_address,
        organization_id_hint: null,
        request_id: id('request-id'),
        status_code: 200,
      });
    }
    expect(await list({})).toEqual(b2bRefusal(400, 'no_session_arguments'));
    expect(await list({ intermediate_session_token, session_token })).toEqual(
      b2bRefusal(400, 'too_many_session_arguments'),
    );
  });

  it('exchanges an intermediate session once, for a session of one organization', async () => {
    await createOrganization(emulator(), 'ada@acme.example', { organization_name: 'Acme' });
    const { intermediate_session_token } = await discover(emulator(), 'ada@acme.example');
    const exchanged = await client().discovery.intermediateSessions.exchange({
      intermediate_session_token,
      organization_id: 'acme',
      session_duration_minutes: 30,
      session_custom_claims: { plan: 'free' },
    });
    expect(exchanged).toMatchObject({
      member_authenticated: true,
      intermediate_session_token: '',
      member_session: {
        organization_slug: 'acme',
        custom_claims: { plan: 'free' },
        authentication_factors: [
          { type: 'magic_link', email_factor: { email_id: id('email'), email_address: 'ada@acme.example' } },
        ],
      },
    });
    expect(await exchange({ intermediate_session_token, organization_id: 'acme' })).toEqual(
      b2bRefusal(404, 'intermediate_session_not_found'),
    );
  });

  it('does not let strangers join, who keep the intermediate session for ten minutes', async () => {
    await createOrganization(emulator(), 'ada@acme.example', { organization_name: 'Acme' });
    const { intermediate_session_token } = await discover(emulator(), 'bob@acme.example');

    expect(await exchange({ intermediate_session_token, organization_id: 'acme' })).toEqual(
      b2bRefusal(400, 'email_jit_provisioning_not_allowed'),
    );
    expect(await exchange({ intermediate_session_token, organization_id: 'globex' })).toEqual(
      b2bRefusal(404, 'organization_not_found'),
    );
    emulator().clock.advance({ minutes: 9 });
    expect((await list({ intermediate_session_token })).status).toBe(200);
    emulator().clock.advance({ minutes: 1 });
    expect(await list({ intermediate_session_token })).toEqual(
      b2bRefusal(404, 'intermediate_session_not_found'),
    );
  });

  it.each([
    ['ada@acme.example', 'acme', 'acme'],
    ['ada.lovelace@gmail.com', 'ada.lovelace', 'ada.lovelace'],
    ['ada@oxford.edu', 'ada', 'ada'],
  ])('names the organization of %s without a name %s', async (emailAddress, name, slug) => {
    const { organization } = await createOrganization(emulator(), emailAddress);
    expect(organization).toMatchObject({ organization_name: name, organization_slug: slug });
  });
});
