import {
  b2bEmulatorUnderTest,
  b2bRefusal,
  call,
  callback,
  callFromPage,
  pageSuccess,
  type ResponseBody,
} from '../emulator.js';
import { choose } from '../oauth-flow.js';
import { codeChallenge, latestCode, latestToken, startOAuth, verifier } from './sign-in-flow.js';

const ada = 'ada@acme.example';
const bob = 'bob@acme.example';
const newcomer = 'new@acme.example';
const strong = 'correct horse battery staple 7';
const stronger = 'another correct horse battery 8';
const session_duration_minutes = 60;

const emulator = b2bEmulatorUnderTest({
  seed: {
    organizations: [
      {
        name: 'Acme',
        slug: 'acme',
        settings: { email_jit_provisioning: 'RESTRICTED', email_allowed_domains: ['acme.example'] },
        members: [
          { email: ada, name: 'Ada', roles: ['stytch_admin'], password: strong },
          { email: bob, name: 'Bob', password: strong },
        ],
      },
      { name: 'Globex', slug: 'globex', members: [{ email: ada }, { email: 'eve@globex.example' }] },
      {
        name: 'Careful',
        slug: 'careful',
        settings: { mfa_policy: 'REQUIRED_FOR_ALL' },
        members: [{ email: ada }],
      },
    ],
  },
});

const onPage = (operation: string, body?: object, sessionToken?: string) =>
  callFromPage(emulator(), operation, body, sessionToken === undefined ? {} : { sessionToken });
const post = (path: string, body: object = {}, sessionToken?: string) =>
  onPage(`POST /sdk/v1/b2b/${path}`, body, sessionToken);
const organizationId = (slug = 'acme') =>
  emulator()
    .organizations.list()
    .find(({ organization_slug }) => organization_slug === slug)!.organization_id;
const sessionOf = (email: string, organization = 'acme') =>
  emulator().sessions.create({ organization, email });
const memberNamed = (email: string, organization = 'acme') =>
  emulator()
    .members.list({ organization })
    .find(({ email_address }) => email_address === email)!;

const noSession = {
  intermediate_session_token: expect.stringMatching(/^[\w-]{44}$/),
  member_authenticated: false,
  member_session: null,
  session_jwt: '',
  session_token: '',
};

/** What a page gets when a member has signed in. */
const signedIn = (email: string, data: object = {}, slug = 'acme') =>
  pageSuccess({
    intermediate_session_token: '',
    member: expect.objectContaining({ email_address: email, status: 'active' }),
    member_authenticated: true,
    member_device: null,
    member_id: expect.stringMatching(/^member-test-/),
    member_session: expect.objectContaining({ organization_slug: slug, custom_claims: {} }),
    mfa_required: null,
    organization: expect.objectContaining({ organization_slug: slug }),
    primary_required: null,
    session_jwt: expect.stringMatching(/^ey/),
    session_token: expect.stringMatching(/^[\w-]{44}$/),
    ...data,
  });

/** What a page gets when somebody has proven to own an email address. */
const discovered = (email: string, slugs: string[], data: object = {}) =>
  pageSuccess({
    discovered_organizations: slugs.map((organization_slug): unknown =>
      expect.objectContaining({ organization: expect.objectContaining({ organization_slug }) }),
    ),
    email_address: email,
    intermediate_session_token: expect.stringMatching(/^[\w-]{44}$/),
    ...data,
  });

const pkceAttempts: [string, (name: string) => object, string][] = [
  ['no verifier', () => ({}), 'pkce_expected_code_verifier'],
  ['another verifier', (name) => ({ [name]: 'b'.repeat(64) }), 'pkce_mismatch'],
  ['a malformed verifier', (name) => ({ [name]: 'b' }), 'invalid_pkce_code_verifier'],
];

/** The ways in which a page gets what authenticates somebody, with or without an organization. */
interface Way {
  start: (email: string) => Promise<unknown>;
  /** The path and the body of the call that authenticates. */
  finish: (email: string) => [path: string, body: object];
  /** The name of the PKCE verifier, if there is one. */
  verifier?: string;
  /** What the response has besides what all have. */
  extra?: object;
}

const redirected = async (page: Promise<string>, email: string) =>
  (await choose(await page, { email })).searchParams.get('token') ?? '';
let oauthToken = '';

const organizationWays: Record<string, Way> = {
  'a magic link': {
    start: (email_address) =>
      post('magic_links/email/login_or_signup', {
        email_address,
        organization_id: organizationId(),
        pkce_code_challenge: codeChallenge,
      }),
    finish: (email) => [
      'magic_links/authenticate',
      { magic_links_token: latestToken(emulator(), email), session_duration_minutes },
    ],
    verifier: 'pkce_code_verifier',
    extra: { method_id: expect.stringMatching(/^email-test-/), reset_sessions: false },
  },
  'a code': {
    start: (email_address) =>
      post('otps/email/login_or_signup', { email_address, organization_id: organizationId() }),
    finish: (email) => [
      'otps/email/authenticate',
      {
        email_address: email,
        organization_id: organizationId(),
        code: latestCode(emulator(), email),
        session_duration_minutes,
      },
    ],
    extra: { method_id: expect.stringMatching(/^email-test-/) },
  },
  OAuth: {
    async start(email) {
      const parameters = { organization_id: organizationId(), pkce_code_challenge: codeChallenge };
      oauthToken = await redirected(startOAuth(emulator(), 'start', parameters), email);
      return pageSuccess({});
    },
    finish: () => ['oauth/authenticate', { oauth_token: oauthToken, session_duration_minutes }],
    verifier: 'pkce_code_verifier',
    extra: {
      provider_subject: expect.any(String),
      provider_type: 'Google',
      provider_values: expect.objectContaining({ scopes: ['openid', 'email', 'profile'] }),
      reset_sessions: false,
    },
  },
  'a password reset': {
    start: (email_address) =>
      post('passwords/email/reset/start', {
        email_address,
        organization_id: organizationId(),
        code_challenge: codeChallenge,
      }),
    finish: (email) => [
      'passwords/email/reset',
      {
        password_reset_token: latestToken(emulator(), email),
        password: stronger,
        session_duration_minutes,
      },
    ],
    verifier: 'code_verifier',
    extra: { member_email_id: expect.stringMatching(/^email-test-/) },
  },
};

describe.each(Object.entries(organizationWays))('%s on a page', (_name, way) => {
  const correct = way.verifier === undefined ? {} : { [way.verifier]: verifier };
  const finish = (email: string, extra: object = correct, sessionToken?: string) => {
    const [path, body] = way.finish(email);
    return post(path, { ...body, ...extra }, sessionToken);
  };

  it('signs a member in, and tells the page nothing about the member before', async () => {
    expect(await way.start(bob)).toEqual(pageSuccess({}));
    expect(await finish(bob)).toEqual(signedIn(bob, { ...way.extra, organization_id: organizationId() }));
    expect((await finish(bob)).status).toBeGreaterThanOrEqual(400);
  });

  it('signs in a new member, if the organization lets the email domain join', async () => {
    expect(await way.start(newcomer)).toEqual(pageSuccess({}));
    const { status, body } = await finish(newcomer);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      member: { email_address: newcomer, is_admin: false, status: 'active' },
    });
  });

  it('ignores fields that only the backend API has, and the session of another member', async () => {
    const other = await sessionOf(ada);
    await way.start(bob);
    const hostile = { session_custom_claims: { admin: true }, session_token: other.session_token };
    const { body } = await finish(bob, { ...correct, ...hostile }, other.session_token);
    expect(body.data).toMatchObject({
      member: { email_address: bob },
      member_session: { custom_claims: {}, roles: ['stytch_member'] },
    });
    expect(body.data.session_token).not.toBe(other.session_token);
  });

  it('asks for a second factor if the organization requires one', async () => {
    await emulator().organizations.update('acme', { settings: { mfa_policy: 'REQUIRED_FOR_ALL' } });
    await way.start(bob);
    expect((await finish(bob)).body.data).toMatchObject({
      ...noSession,
      mfa_required: { member_options: null, secondary_auth_initiated: null },
    });
  });

  const attempts = way.verifier === undefined ? [] : pkceAttempts;
  it('is bound to the browser that started it, if it leads back by a URL', async () => {
    for (const [, extra, errorType] of attempts) {
      await way.start(bob);
      expect(await finish(bob, extra(way.verifier!))).toEqual(b2bRefusal(400, errorType));
      expect((await finish(bob)).status).toBe(200);
    }
  });
});

const discoveryWays: Record<string, Way> = {
  'a magic link': {
    start: (email_address) =>
      post('magic_links/email/discovery/send', { email_address, pkce_code_challenge: codeChallenge }),
    finish: (email) => [
      'magic_links/discovery/authenticate',
      { discovery_magic_links_token: latestToken(emulator(), email) },
    ],
    verifier: 'pkce_code_verifier',
  },
  'a code': {
    start: (email_address) => post('otps/email/discovery/send', { email_address }),
    finish: (email) => [
      'otps/email/discovery/authenticate',
      { email_address: email, code: latestCode(emulator(), email) },
    ],
  },
  OAuth: {
    async start(email) {
      const parameters = { pkce_code_challenge: codeChallenge, discovery_redirect_url: callback };
      oauthToken = await redirected(startOAuth(emulator(), 'discovery/start', parameters), email);
      return pageSuccess({});
    },
    finish: () => ['oauth/discovery/authenticate', { discovery_oauth_token: oauthToken }],
    verifier: 'pkce_code_verifier',
    extra: { full_name: '', provider_tenant_id: '', provider_type: 'Google' },
  },
  'a password': {
    start: () => Promise.resolve(pageSuccess({})),
    finish: (email) => ['passwords/discovery/authenticate', { email_address: email, password: strong }],
  },
  'a password reset': {
    start: (email_address) =>
      post('passwords/discovery/reset/start', { email_address, pkce_code_challenge: codeChallenge }),
    finish: (email) => [
      'passwords/discovery/reset',
      { password_reset_token: latestToken(emulator(), email), password: stronger },
    ],
    verifier: 'pkce_code_verifier',
  },
};

describe.each(Object.entries(discoveryWays))('discovery by %s on a page', (_name, way) => {
  const correct = way.verifier === undefined ? {} : { [way.verifier]: verifier };
  const finish = (email: string, extra: object = correct) => {
    const [path, body] = way.finish(email);
    return post(path, { ...body, ...extra });
  };

  it('finds the organizations, one of which the person chooses', async () => {
    expect(await way.start(ada)).toEqual(pageSuccess({}));
    const found = await finish(ada);
    expect(found).toEqual(discovered(ada, ['acme', 'globex', 'careful'], way.extra));
    const { intermediate_session_token } = found.body.data;

    const listed = await post('discovery/organizations', { intermediate_session_token });
    expect(listed).toMatchObject({ body: { data: { email_address: ada, organization_id_hint: null } } });
    const exchanged = await post('discovery/intermediate_sessions/exchange', {
      intermediate_session_token,
      organization_id: organizationId(),
      session_duration_minutes,
      session_custom_claims: { admin: true },
    });
    expect(exchanged).toEqual(signedIn(ada));
  });

  it('is bound to the browser that started it, if it leads back by a URL', async () => {
    for (const [, extra, errorType] of way.verifier === undefined ? [] : pkceAttempts) {
      await way.start(ada);
      expect(await finish(ada, extra(way.verifier!))).toEqual(b2bRefusal(400, errorType));
      expect((await finish(ada)).status).toBe(200);
    }
  });
});

describe('OAuth that was started without PKCE', () => {
  it.each<['start' | 'discovery/start', string, string]>([
    ['start', 'oauth/authenticate', 'oauth_token'],
    ['discovery/start', 'oauth/discovery/authenticate', 'discovery_oauth_token'],
  ])('by %s is refused on a page', async (path, operation, name) => {
    const parameters =
      path === 'start' ? { organization_id: organizationId() } : { discovery_redirect_url: callback };
    const token = await redirected(startOAuth(emulator(), path, parameters), ada);

    expect(await post(operation, { [name]: token, session_duration_minutes })).toEqual(
      b2bRefusal(400, 'invalid_pkce_code_challenge'),
    );
  });
});

describe('a page of a B2B project', () => {
  it.each([
    ['magic_links/email/login_or_signup', {}],
    ['magic_links/email/discovery/send', {}],
    ['passwords/email/reset/start', {}],
    ['passwords/discovery/reset/start', {}],
  ])('does not start %s without a code challenge', async (path) => {
    expect(await post(path, { email_address: ada, organization_id: organizationId() })).toEqual(
      b2bRefusal(400, 'invalid_pkce_code_challenge'),
    );
    expect(emulator().messages.list()).toEqual([]);
  });

  it.each([
    ['login_or_signup', bob, { login_expiration_minutes: 5 }],
    ['login_or_signup', newcomer, { signup_expiration_minutes: 5 }],
    ['invite', newcomer, { invite_expiration_minutes: 5 }],
  ])('limits how long a link works that it requests by %s of %s', async (path, email_address, limit) => {
    const { session_token } = await sessionOf(ada);
    const request = { organization_id: organizationId(), pkce_code_challenge: codeChallenge };
    await post(`magic_links/email/${path}`, { ...request, email_address, ...limit }, session_token);

    emulator().clock.advance({ minutes: 5 });

    const magic_links_token = latestToken(emulator(), email_address);
    expect(await post('magic_links/authenticate', { magic_links_token, session_duration_minutes })).toEqual(
      b2bRefusal(401, 'unable_to_auth_magic_link'),
    );
  });

  it('finds an organization by its slug, and sees no more of it than how its members sign in', async () => {
    const find = (organization_slug: string) => post('organizations/search', { organization_slug });
    expect(await find('acme')).toEqual(
      pageSuccess({
        organization: {
          allowed_auth_methods: [],
          allowed_oauth_tenants: {},
          auth_methods: 'ALL_ALLOWED',
          email_allowed_domains: ['acme.example'],
          email_jit_provisioning: 'RESTRICTED',
          mfa_policy: 'OPTIONAL',
          oauth_tenant_jit_provisioning: 'NOT_ALLOWED',
          organization_id: organizationId(),
          organization_logo_url: '',
          organization_name: 'Acme',
          organization_slug: 'acme',
          sso_active_connections: [],
          sso_default_connection_id: null,
        },
      }),
    );
    expect(await find('initech')).toEqual(pageSuccess({ organization: null }));
    expect(await find(organizationId())).toEqual(pageSuccess({ organization: null }));
  });

  it('creates an organization, and sets only what a page may set', async () => {
    const way = discoveryWays['a magic link']!;
    await way.start('eve@example.com');
    const [path, request] = way.finish('eve@example.com');
    const { body } = await post(path, { ...request, pkce_code_verifier: verifier });
    const created = await post('discovery/organizations/create', {
      intermediate_session_token: body.data.intermediate_session_token,
      session_duration_minutes,
      organization_name: 'Initech',
      organization_slug: 'initech',
      trusted_metadata: { plan: 'enterprise' },
      organization_external_id: 'crm-1',
      claimed_email_domains: ['acme.example'],
    });
    expect(created).toEqual(signedIn('eve@example.com', {}, 'initech'));
    expect(created.body.data.organization).toMatchObject({
      claimed_email_domains: [],
      organization_external_id: null,
      trusted_metadata: {},
    });
  });

  it('lists the organizations of its member, and switches to one of them', async () => {
    const { session_token } = await sessionOf(ada);
    const { body } = await post('discovery/organizations', {}, session_token);
    expect(body.data).toMatchObject({
      discovered_organizations: ['acme', 'globex', 'careful'].map((organization_slug) => ({
        organization: { organization_slug },
      })),
    });
    const exchange = (slug: string, sessionToken?: string) =>
      post(
        'sessions/exchange',
        { organization_id: organizationId(slug), session_duration_minutes },
        sessionToken,
      );

    expect(await exchange('globex')).toEqual(b2bRefusal(401, 'user_unauthenticated'));
    expect(await exchange('globex', session_token)).toEqual(signedIn(ada, {}, 'globex'));
    expect((await exchange('careful', session_token)).body.data).toMatchObject(noSession);
    const { session_token: bobs } = await sessionOf(bob);
    expect(await exchange('globex', bobs)).toEqual(b2bRefusal(404, 'member_does_not_exist_in_organization'));
  });

  it('refreshes and revokes its session, and those of other members only with the permission', async () => {
    const own = await sessionOf(bob);
    const admin = await sessionOf(ada);
    const foreign = await sessionOf('eve@globex.example', 'globex');
    const refreshed = await post(
      'sessions/authenticate',
      { session_duration_minutes: 120, session_custom_claims: { admin: true } },
      own.session_token,
    );
    expect(refreshed).toEqual(
      pageSuccess({
        member: own.member,
        member_session: {
          ...own.member_session,
          expires_at: expect.any(String),
          last_accessed_at: expect.any(String),
        },
        organization: own.organization,
        session_jwt: expect.stringMatching(/^ey/),
        session_token: own.session_token,
        verdict: null,
      }),
    );
    const revokeOf = (memberId: string, sessionToken: string) =>
      post(`sessions/revoke/${memberId}`, {}, sessionToken);
    expect(await revokeOf(admin.member.member_id, own.session_token)).toEqual(
      b2bRefusal(403, 'session_authorization_error'),
    );
    expect(await revokeOf(foreign.member.member_id, admin.session_token)).toEqual(
      b2bRefusal(403, 'session_authorization_tenancy_error'),
    );
    expect(await post('sessions/revoke', {}, own.session_token)).toEqual(pageSuccess({}));
    expect(await post('sessions/authenticate', {}, own.session_token)).toEqual(
      b2bRefusal(404, 'session_not_found'),
    );
    const again = await sessionOf(bob);
    expect(await revokeOf(again.member.member_id, admin.session_token)).toEqual(pageSuccess({}));
    expect(emulator().sessions.list()).toHaveLength(2);
  });

  it('signs in with a password, and replaces it', async () => {
    const request = { organization_id: organizationId(), email_address: bob, session_duration_minutes };
    const authenticate = (password: string) => post('passwords/authenticate', { ...request, password });
    const organization_id = organizationId();
    expect(await authenticate(stronger)).toEqual(b2bRefusal(401, 'unauthorized_credentials'));
    expect(await authenticate(strong)).toEqual(signedIn(bob, { organization_id }));

    const replaced = await post('passwords/existing_password/reset', {
      ...request,
      existing_password: strong,
      new_password: stronger,
    });
    expect(replaced).toEqual(signedIn(bob));
    const { session_token } = replaced.body.data;
    const set = (sessionToken?: string) =>
      post('passwords/session/reset', { password: strong }, sessionToken);
    expect(await set()).toEqual(b2bRefusal(401, 'user_unauthenticated'));
    expect(await set(session_token)).toEqual(signedIn(bob, { session_token }));
    expect((await authenticate(strong)).status).toBe(200);
    expect(await post('passwords/strength_check', { password: strong })).toEqual(
      pageSuccess({
        breach_detection_on_create: true,
        breached_password: false,
        luds_feedback: null,
        score: 4,
        strength_policy: 'zxcvbn',
        valid_password: true,
        zxcvbn_feedback: { suggestions: [], warning: '' },
      }),
    );
  });

  it('is used by an impersonator, who gets a session without signing the member in', async () => {
    const { token, member_id, organization_id } = await emulator().members.impersonate({
      organization: 'acme',
      email: bob,
    });
    const authenticate = () => post('impersonation/authenticate', { impersonation_token: token });
    const { member_device, primary_required, ...expected } = signedIn(bob, { member_id, organization_id })
      .body.data as Record<string, unknown>;
    expect([member_device, primary_required]).toEqual([null, null]);
    expect(await authenticate()).toEqual({ status: 200, body: { data: expected } });
    expect(await authenticate()).toEqual(b2bRefusal(401, 'unable_to_auth_impersonation_token'));
  });
});

describe('a member on a page', () => {
  type Call = [operation: string, body?: object];
  const session = async (email: string) => (await sessionOf(email)).session_token;

  it('reads its organization and itself', async () => {
    const { session_token, member, organization } = await sessionOf(bob);
    expect(await onPage('GET /sdk/v1/b2b/organizations/me', undefined, session_token)).toEqual(
      pageSuccess({ organization }),
    );
    expect(await onPage('GET /sdk/v1/b2b/organizations/members/me', undefined, session_token)).toEqual(
      pageSuccess({ member }),
    );
  });

  it('changes itself, but nothing that only the backend API or an admin changes', async () => {
    const response = await onPage(
      'PUT /sdk/v1/b2b/organizations/members/update',
      {
        name: 'Robert',
        mfa_phone_number: '+12025550123',
        untrusted_metadata: { theme: 'dark' },
        roles: ['stytch_admin'],
        is_breakglass: true,
        trusted_metadata: { plan: 'free' },
        email_address: 'eve@acme.example',
        external_id: 'crm-1',
        member_id: memberNamed(ada).member_id,
        organization_id: organizationId('globex'),
      },
      await session(bob),
    );
    const { member, member_id, organization } = response.body.data;
    expect(response).toEqual(pageSuccess({ member, member_id, organization }));
    expect(member).toMatchObject({
      email_address: bob,
      external_id: null,
      is_admin: false,
      mfa_phone_number: '+12025550123',
      name: 'Robert',
      trusted_metadata: {},
      untrusted_metadata: { theme: 'dark' },
    });
    expect(memberNamed(ada).name).toBe('Ada');

    const removed = await onPage(
      'DELETE /sdk/v1/b2b/organizations/members/deletePhoneNumber',
      undefined,
      await session(bob),
    );
    expect(removed.body.data.member.mfa_phone_number).toBe('');
  });

  const administration: [string, () => Call, (data: ResponseBody) => unknown, unknown][] = [
    [
      'invites somebody',
      () => ['POST /sdk/v1/b2b/magic_links/email/invite', { email_address: newcomer }],
      ({ member }) => member.status,
      'invited',
    ],
    [
      'creates a member',
      () => [
        'POST /sdk/v1/b2b/organizations/members',
        {
          email_address: newcomer,
          roles: ['stytch_admin'],
        },
      ],
      ({ member }) => member.is_admin,
      true,
    ],
    [
      'changes the roles of a member',
      () => [
        `PUT /sdk/v1/b2b/organizations/members/${memberNamed('carol@acme.example').member_id}`,
        { roles: ['stytch_admin'] },
      ],
      ({ member }) => member.is_admin,
      true,
    ],
    [
      'deletes a member',
      () => [`DELETE /sdk/v1/b2b/organizations/members/${memberNamed('carol@acme.example').member_id}`],
      ({ member_id }) => member_id,
      expect.stringMatching(/^member-test-/),
    ],
    [
      'searches its organization only',
      () => [
        'POST /sdk/v1/b2b/organizations/me/members/search',
        { organization_ids: [organizationId('globex')] },
      ],
      ({ members }) => members.map(({ email_address }) => email_address),
      [ada, bob, 'carol@acme.example'],
    ],
    [
      'changes the organization',
      () => [
        'PUT /sdk/v1/b2b/organizations/me',
        { organization_name: 'Acme Inc', trusted_metadata: { a: 1 } },
      ],
      ({ organization }) => [organization.organization_name, organization.trusted_metadata],
      ['Acme Inc', {}],
    ],
    [
      'deletes the organization',
      () => ['DELETE /sdk/v1/b2b/organizations/me'],
      ({ organization_id }) => organization_id,
      expect.stringMatching(/^organization-test-/),
    ],
  ];
  it.each(administration)('%s only with the permission', async (_case, operationFor, read, expected) => {
    await emulator().members.create({ organization: 'acme', email: 'carol@acme.example' });
    const [operation, body] = operationFor();
    expect((await onPage(operation, body)).status).toBe(401);
    expect(await onPage(operation, body, await session(bob))).toEqual(
      b2bRefusal(403, 'session_authorization_error'),
    );

    const response = await onPage(operation, body, await session(ada));
    expect(response.status).toBe(200);
    expect(read(response.body.data)).toEqual(expected);
    expect(
      emulator()
        .organizations.list()
        .map(({ organization_slug }) => organization_slug),
    ).toContain('globex');
  });

  it('reactivates a member, and deletes its password and phone number, with the permission', async () => {
    const admin = await session(ada);
    const { member_id, member_password_id } = memberNamed(bob);
    const members = '/sdk/v1/b2b/organizations/members';
    const removed = await onPage(`DELETE ${members}/passwords/${member_password_id}`, undefined, admin);
    expect(removed.body.data.member.member_password_id).toBe('');
    await onPage(`PUT ${members}/${member_id}`, { mfa_phone_number: '+12025550123' }, admin);
    const { body } = await onPage(`DELETE ${members}/mfa_phone_numbers/${member_id}`, undefined, admin);
    expect(body.data.member.mfa_phone_number).toBe('');

    await onPage(`DELETE ${members}/${member_id}`, undefined, admin);
    expect((await onPage(`PUT ${members}/${member_id}/reactivate`, {}, admin)).body.data.member.status).toBe(
      'active',
    );
  });

  it('lists and revokes the connected apps that it has given access, and no others', async () => {
    const sessionToken = await session(bob);
    const issue = (email: string) =>
      emulator().connectedApps.issueToken({ organization: 'acme', email, scopes: ['openid'] });
    const { client_id } = await issue(bob);
    const other = await issue(ada);
    const members = '/sdk/v1/b2b/organizations/members';
    const list = () => onPage(`GET ${members}/connected_apps`, undefined, sessionToken);
    expect((await list()).body.data.connected_apps).toMatchObject([{ connected_app_id: client_id }]);

    expect(await onPage(`POST ${members}/connected_apps/${client_id}/revoke`, {}, sessionToken)).toEqual(
      pageSuccess({}),
    );
    expect((await list()).body.data.connected_apps).toEqual([]);
    expect(
      await onPage(
        `POST ${members}/${other.member_id}/connected_apps/${other.client_id}/revoke`,
        {},
        await session(ada),
      ),
    ).toEqual(b2bRefusal(501, 'emulator_not_implemented'));
  });

  it('unlinks a retired email address only with the permission', async () => {
    const { member_id } = memberNamed(bob);
    const members = '/sdk/v1/b2b/organizations/members';
    const admin = await session(ada);
    await onPage(`PUT ${members}/${member_id}`, { email_address: 'robert@acme.example' }, admin);
    const unlink = (path: string, sessionToken: string) =>
      onPage(`POST ${members}/${path}unlink_retired_email`, { email_address: bob }, sessionToken);
    const own = await session('robert@acme.example');
    expect(await unlink(`${memberNamed(ada).member_id}/`, own)).toEqual(
      b2bRefusal(403, 'session_authorization_error'),
    );

    const response = await unlink('', own);
    const { member, organization } = response.body.data;
    expect(response).toEqual(pageSuccess({ member, member_id, organization }));
    expect(member).toMatchObject({ email_address: 'robert@acme.example', retired_email_addresses: [] });
  });

  it('starts an update of its email address, and of that of another member only with the permission', async () => {
    const start = async (path: string, as: string) =>
      onPage(
        `POST /sdk/v1/b2b/organizations/members/${path}start_email_update`,
        { email_address: 'new@acme.example' },
        await session(as),
      );
    expect(await start(`${memberNamed(ada).member_id}/`, bob)).toEqual(
      b2bRefusal(403, 'session_authorization_error'),
    );

    const response = await start('', bob);
    const { member, member_id, organization } = response.body.data;
    expect(response).toEqual(pageSuccess({ member, member_id, organization }));
    expect(emulator().messages.latest()).toMatchObject({ to: 'new@acme.example', kind: 'link' });
    expect(await start(`${member_id}/`, ada)).toMatchObject({ status: 200 });
  });

  it('has no permission in another organization', async () => {
    const { member_id } = memberNamed('eve@globex.example', 'globex');
    expect(
      await onPage(`DELETE /sdk/v1/b2b/organizations/members/${member_id}`, undefined, await session(ada)),
    ).toEqual(b2bRefusal(404, 'member_not_found'));
  });

  it.each([
    'DELETE /sdk/v1/b2b/organizations/members/deleteTOTP',
    'POST /sdk/v1/b2b/otps/sms/send',
    'POST /sdk/v1/b2b/sso/authenticate',
    'GET /sdk/v1/b2b/scim',
  ])('reads in the console that %s is not emulated yet', async (operation) => {
    const body = operation.startsWith('POST') ? {} : undefined;
    expect(await onPage(operation, body, await session(bob))).toEqual(
      b2bRefusal(501, 'emulator_not_implemented'),
    );
  });

  it('keeps a session that backends see, too', async () => {
    const { session_token } = await sessionOf(bob);
    await post('sessions/revoke', {}, session_token);
    expect(await call(emulator(), 'POST /v1/b2b/sessions/authenticate', { session_token })).toEqual(
      b2bRefusal(404, 'session_not_found'),
    );
  });
});
