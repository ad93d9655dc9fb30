import { b2bEmulatorUnderTest, b2bRefusal, b2bSdkClient, call, callback } from '../emulator.js';
import { choose } from '../oauth-flow.js';
import {
  codeChallenge,
  createOrganization,
  discoveryOAuthToken,
  oauthToken,
  startOAuth,
  verifier,
} from './sign-in-flow.js';

const email = 'ada@acme.example';

describe('OAuth of an organization', () => {
  const emulator = b2bEmulatorUnderTest();
  const client = () => b2bSdkClient(emulator());
  const authenticate = (body: object) => call(emulator(), 'POST /v1/b2b/oauth/authenticate', body);
  const acme = (options: Parameters<typeof createOrganization>[2] = {}) =>
    createOrganization(emulator(), email, { organization_name: 'Acme', ...options });

  it('shows the accounts of the members, and signs in the one that is chosen', async () => {
    const { member_id } = await acme();
    const page = await startOAuth(emulator(), 'start', { slug: 'acme', pkce_code_challenge: codeChallenge });
    const html = await (await fetch(page)).text();
    expect(html).toContain(`value="${email}"`);
    expect(html).toContain('Acme (acme)');
    expect(html).not.toContain('without an email address');

    const redirect = await choose(page, { email });
    expect(redirect.href.replace(/[^=]*$/, '')).toBe(`${callback}?stytch_token_type=oauth&token=`);
    const oauth_token = redirect.searchParams.get('token') ?? '';
    expect(await authenticate({ oauth_token })).toEqual(b2bRefusal(400, 'pkce_expected_code_verifier'));
    const signedIn = await client().oauth.authenticate({ oauth_token, pkce_code_verifier: verifier });
    expect(signedIn).toMatchObject({
      member_id,
      member_authenticated: true,
      provider_type: 'Google',
      provider_subject: expect.any(String),
      provider_values: { scopes: ['openid', 'email', 'profile'], id_token: expect.stringMatching(/^ey/) },
      member: {
        oauth_registrations: [{ provider_type: 'Google', provider_subject: signedIn.provider_subject }],
      },
      member_session: {
        authentication_factors: [
          {
            type: 'oauth',
            delivery_method: 'oauth_google',
            google_oauth_factor: {
              id: expect.stringMatching(/^oauth-member-test-/),
              provider_subject: signedIn.provider_subject,
              email_id: expect.stringMatching(/^email-test-/),
            },
          },
        ],
      },
    });
    expect(await authenticate({ oauth_token, pkce_code_verifier: verifier })).toEqual(
      b2bRefusal(400, 'oauth_token_not_found'),
    );
  });

  it('asks for another method after a provider that does not verify addresses, the first time only', async () => {
    await acme();
    const page = () => startOAuth(emulator(), 'start', { slug: 'acme' }, 'github');
    const githubToken = async () => (await choose(await page(), { email })).searchParams.get('token') ?? '';

    const incomplete = await client().oauth.authenticate({ oauth_token: await githubToken() });
    expect(incomplete).toMatchObject({
      member_authenticated: false,
      session_token: '',
      session_jwt: '',
      member_session: null,
      primary_required: {
        allowed_auth_methods: ['magic_link', 'email_otp', 'google_oauth', 'microsoft_oauth'],
      },
      member: { oauth_registrations: [] },
    });
    const completed = await client().oauth.authenticate({
      oauth_token: await oauthToken(emulator(), email, { slug: 'acme' }),
      intermediate_session_token: incomplete.intermediate_session_token,
    });
    expect(completed).toMatchObject({
      member_authenticated: true,
      member: { oauth_registrations: [{ provider_type: 'GitHub' }, { provider_type: 'Google' }] },
    });
    const again = await client().oauth.authenticate({ oauth_token: await githubToken() });
    expect(again.member_authenticated).toBe(true);
  });

  it('returns to the application after the access was denied', async () => {
    await acme();
    const redirect = await choose(await startOAuth(emulator(), 'start', { slug: 'acme' }), { deny: 'true' });
    expect(redirect.searchParams.get('error')).toBe('access_denied');
  });

  it.each<[string, Record<string, string>, string, number, string]>([
    ['no organization', {}, 'google', 400, 'missing_oauth_organization_locator'],
    [
      'two organizations',
      { slug: 'acme', organization_id: 'acme' },
      'google',
      400,
      'too_many_oauth_organization_locators',
    ],
    ['an unknown organization', { slug: 'globex' }, 'google', 404, 'organization_not_found'],
    ['a provider of consumer projects', { slug: 'acme' }, 'twitter', 400, 'invalid_oauth_provider'],
    [
      'another redirect URL',
      { slug: 'acme', login_redirect_url: 'https://example.com' },
      'google',
      400,
      'no_match_for_provided_oauth_url',
    ],
  ])('does not start for %s', async (_case, parameters, provider, status, errorType) => {
    await acme();
    const query = new URLSearchParams({ public_token: emulator().publicToken, ...parameters });
    const operation = `GET /v1/b2b/public/oauth/${provider}/start?${query.toString()}`;
    expect(await call(emulator(), operation)).toEqual(b2bRefusal(status, errorType));
  });
});

describe('OAuth of discovery', () => {
  const emulator = b2bEmulatorUnderTest();
  const client = () => b2bSdkClient(emulator());

  it('returns to the discovery URL, and starts an intermediate session', async () => {
    await createOrganization(emulator(), email, { organization_name: 'Acme' });
    const page = await startOAuth(emulator(), 'discovery/start', {
      discovery_redirect_url: `${callback}?a=b`,
      pkce_code_challenge: codeChallenge,
    });
    const redirect = await choose(page, { email });
    expect(redirect.href.replace(/[^=]*$/, '')).toBe(
      `${callback}?a=b&stytch_token_type=discovery_oauth&token=`,
    );
    const discovered = await client().oauth.discovery.authenticate({
      discovery_oauth_token: redirect.searchParams.get('token') ?? '',
      pkce_code_verifier: verifier,
    });
    expect(discovered).toMatchObject({
      email_address: email,
      provider_type: 'Google',
      provider_tenant_id: '',
      provider_tenant_ids: [],
      full_name: '',
      discovered_organizations: [{ member_authenticated: true, membership: { type: 'active_member' } }],
    });
    const joined = await client().discovery.intermediateSessions.exchange({
      intermediate_session_token: discovered.intermediate_session_token,
      organization_id: 'acme',
    });
    expect(joined).toMatchObject({ member_authenticated: true });
  });

  it('does not accept a token of an organization, nor the reverse', async () => {
    await createOrganization(emulator(), email, { organization_name: 'Acme' });
    const ofOrganization = await oauthToken(emulator(), email, { slug: 'acme' });
    const ofDiscovery = await discoveryOAuthToken(emulator(), email);
    expect(
      await call(emulator(), 'POST /v1/b2b/oauth/discovery/authenticate', {
        discovery_oauth_token: ofOrganization,
      }),
    ).toEqual(b2bRefusal(400, 'oauth_token_not_found'));
    expect(await call(emulator(), 'POST /v1/b2b/oauth/authenticate', { oauth_token: ofDiscovery })).toEqual(
      b2bRefusal(400, 'oauth_token_not_found'),
    );
  });
});
