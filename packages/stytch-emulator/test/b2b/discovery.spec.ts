import { b2bEmulatorUnderTest, b2bSdkClient, callback, claimsOf } from '../emulator.js';
import { discover } from './sign-in-flow.js';

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const id = (prefix: string): unknown => expect.stringMatching(new RegExp(`^${prefix}-test-${uuid}$`));
const token: unknown = expect.stringMatching(/^[\w-]{44}$/);

describe('discovery', () => {
  const emulator = b2bEmulatorUnderTest();
  const client = () => b2bSdkClient(emulator());

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
});
