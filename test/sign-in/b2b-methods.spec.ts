import { StytchEvents, type Session, type SignInDetails, type StytchEvent } from 'nestjs-stytch';
import { emailMagicLinks, emailOtp, oauth } from 'nestjs-stytch/b2b';
import type { TestBrowser, TestResponse } from 'nestjs-stytch/testing';
import { hiddenFieldsOf } from '../support/confirm-page.js';
import { chooseAtProvider } from '../support/provider-page.js';
import { refusalBody } from '../support/refusals.js';
import { cookiesSetBy, jwtCookie, tokenCookie } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import {
  b2bOperationsTo,
  callbackOf,
  callStytch,
  sentTo,
  useB2BSignIn,
  type B2BSignInStage,
} from '../support/use-b2b-sign-in.js';

const intermediateCookie = 'stytch_intermediate_session_token';

type Complete = (browser: TestBrowser) => Promise<TestResponse>;

/** How a method is started and completed, within an organization and by discovery. */
interface Row {
  readonly name: string;
  readonly fields: (email: string) => Record<string, string>;
  readonly complete: (stage: B2BSignInStage, email: string, started: TestResponse) => Promise<Complete>;
  /** The operations of a sign-in to an organization, and of discovery. */
  readonly operations: readonly [organization: readonly string[], discovery: readonly string[]];
}

const link = async (stage: B2BSignInStage, email: string): Promise<Complete> => {
  const path = await callbackOf(stage, email);
  return (browser) => browser.visit(path);
};

const rows: readonly Row[] = [
  {
    name: 'magic-link',
    fields: (email) => ({ email }),
    complete: link,
    operations: [
      ['magic_links/email/login_or_signup', 'magic_links/authenticate'],
      ['magic_links/email/discovery/send', 'magic_links/discovery/authenticate'],
    ],
  },
  {
    name: 'email-otp',
    fields: (email) => ({ email }),
    complete: async ({ emulator }, email) => {
      const { code } = await emulator.messages.wait({ to: email, kind: 'code' });
      return (browser) => browser.postForm('/auth/login/email-otp/finish', { code });
    },
    operations: [
      ['otps/email/login_or_signup', 'otps/email/authenticate'],
      ['otps/email/discovery/send', 'otps/email/discovery/authenticate'],
    ],
  },
  {
    name: 'oauth',
    fields: () => ({ provider: 'google' }),
    complete: async (_, email, started) => {
      const { url } = started.json() as { url: string };
      const path = await chooseAtProvider(new URL(url), { email });
      return (browser) => browser.visit(path);
    },
    operations: [['oauth/authenticate'], ['oauth/discovery/authenticate']],
  },
];

let people = 0;
const newEmail = () => `member-${(people += 1)}@example.com`;

describePlatforms('signing in as a member', (platform) => {
  const signIns: { session: Session; details: SignInDetails }[] = [];
  let accepts = true;
  const stage = useB2BSignIn({
    platform,
    options: {
      methods: [emailMagicLinks(), emailOtp(), oauth(['google', 'microsoft'])],
      pages: { afterLogin: '/welcome' },
      onSignIn: (session, details) => {
        signIns.push({ session, details });
        return accepts;
      },
    },
  });
  beforeEach(() => {
    signIns.length = 0;
    accepts = true;
  });

  const start = (row: Row, email: string, fields: object = {}, browser = stage.application.browser()) =>
    browser
      .postJson(`/auth/login/${row.name}/start`, { ...row.fields(email), ...fields })
      .then((response) => ({ browser, response }));

  async function signIn(row: Row, email: string, fields: object = {}, used?: TestBrowser) {
    const { browser, response } = await start(row, email, fields, used);
    const complete = await row.complete(stage, email, response);
    return { browser, response: await complete(browser) };
  }

  it.each(rows)('$name signs in to the organization that the slug names', async (row) => {
    const email = newEmail();
    const { organization_slug, organization_id } = await stage.organization({ members: [{ email }] });
    const { browser, response } = await signIn(row, email, {
      organization: organization_slug,
      return_to: '/me',
    });

    expect([response.status, response.headers.get('location')]).toEqual([303, '/me']);
    expect(Object.keys(cookiesSetBy(response))).toEqual(expect.arrayContaining([jwtCookie, tokenCookie]));
    expect(cookiesSetBy(response)[intermediateCookie]).toBeUndefined();
    expect((await browser.get('/auth/session')).json()).toMatchObject({
      authenticated: true,
      session: { kind: 'member', organization: { id: organization_id, slug: organization_slug } },
    });
    expect(b2bOperationsTo(stage.emulator)).toEqual(row.operations[0]);
    expect(signIns).toMatchObject([{ session: { kind: 'member' }, details: { method: row.name } }]);
  });

  it.each(rows)('$name signs in to the organization that the id names', async (row) => {
    const email = newEmail();
    const { organization_id } = await stage.organization({ members: [{ email }] });
    const { response } = await signIn(row, email, { organization: organization_id });

    expect([response.status, response.headers.get('location')]).toEqual([303, '/welcome']);
  });

  it.each(rows)('$name leads to the choice of an organization, without a session', async (row) => {
    const email = newEmail();
    await stage.organization({ members: [{ email }] });
    await stage.organization({ members: [{ email }] });
    const { browser, response } = await signIn(row, email, { return_to: '/me' });

    expect([response.status, response.headers.get('location')]).toEqual([303, '/auth/organizations']);
    expect(cookiesSetBy(response)).toEqual({
      [intermediateCookie]: {
        value: expect.stringMatching(/^[\w-]{20,}=?$/),
        attributes: 'Max-Age=600; Path=/; HttpOnly; SameSite=Lax',
      },
    });
    expect((await browser.get('/auth/session')).json()).toEqual({ authenticated: false });
    expect(b2bOperationsTo(stage.emulator)).toEqual(row.operations[1]);
    expect(signIns).toEqual([]);
  });

  it.each(rows)('$name enters the only organization at once', async (row) => {
    const email = newEmail();
    const { organization_id } = await stage.organization({ members: [{ email }] });
    const { browser, response } = await signIn(row, email, { return_to: '/me' });

    expect([response.status, response.headers.get('location')]).toEqual([303, '/me']);
    expect((await browser.get('/auth/session')).json()).toMatchObject({
      session: { organization: { id: organization_id } },
    });
    expect(b2bOperationsTo(stage.emulator)).toEqual([
      ...row.operations[1],
      'discovery/intermediate_sessions/exchange',
    ]);
    expect(signIns).toMatchObject([{ details: { method: row.name, verifiedEmails: [email] } }]);
  });

  it.each(rows)('$name is bound to the browser that started it', async (row) => {
    const email = newEmail();
    const { organization_slug } = await stage.organization({ members: [{ email }] });
    for (const fields of [{}, { organization: organization_slug }]) {
      const { response } = await start(row, email, fields);
      const complete = await row.complete(stage, email, response);
      stage.emulator.requests.clear();
      const other = await complete(stage.application.browser());

      // A link for a member may be an invitation, which works in any browser after confirmation.
      const isAsked = row.name === 'magic-link' && 'organization' in fields;
      expect([other.status, cookiesSetBy(other)[jwtCookie]]).toEqual([isAsked ? 200 : 400, undefined]);
      expect(b2bOperationsTo(stage.emulator)).toEqual([]);
    }
  });

  it.each(rows)('$name can be completed once', async (row) => {
    const email = newEmail();
    const { organization_slug } = await stage.organization({ members: [{ email }] });
    const { browser, response } = await start(row, email, { organization: organization_slug });
    const before = new Map(browser.cookies);
    const complete = await row.complete(stage, email, response);
    await complete(browser);
    const replaying = stage.application.browser();
    for (const [name, value] of before) replaying.cookies.set(name, value);
    stage.emulator.clock.advance({ seconds: 30 });
    const replayed = await complete(replaying);

    expect([400, 410]).toContain(replayed.status);
    expect(cookiesSetBy(replayed)[jwtCookie]).toBeUndefined();
  });

  it.each(rows)('$name sets no cookie and revokes the session if onSignIn refuses', async (row) => {
    const email = newEmail();
    const { organization_slug } = await stage.organization({ members: [{ email }] });
    accepts = false;
    const { browser, response } = await signIn(row, email, { organization: organization_slug });

    expect([response.status, cookiesSetBy(response)[jwtCookie]]).toEqual([403, undefined]);
    expect(b2bOperationsTo(stage.emulator)).toContain('sessions/revoke');
    expect((await browser.get('/auth/session')).json()).toEqual({ authenticated: false });
  });

  it.each(rows)('$name revokes the session that the browser had before', async (row) => {
    const email = newEmail();
    const { organization_slug } = await stage.organization({ members: [{ email }] });
    const { browser } = await signIn(row, email, { organization: organization_slug });
    const oldCookies = browser.cookieHeader;
    const events: StytchEvent[] = [];
    const unsubscribe = stage.application.app.get(StytchEvents).subscribe((event) => events.push(event));
    await signIn(row, email, { organization: organization_slug }, browser);
    unsubscribe();

    const replayed = await stage.application.browser().get('/auth/session', { cookie: oldCookies });
    expect(replayed.json()).toEqual({ authenticated: false });
    expect(events.map(({ type }) => type)).toEqual(['sign_in_started', 'signed_in', 'revoked']);
    expect((await browser.get('/auth/session')).json()).toMatchObject({ authenticated: true });
  });

  describe.each(rows)('$name at an organization that does not exist', (row) => {
    const unknown = 'no-such-organization';

    it('starts like at one that does, and sends nothing', async () => {
      const email = newEmail();
      const { organization_slug } = await stage.organization({ members: [{ email }] });
      const known = await start(row, email, { organization: organization_slug });
      stage.emulator.messages.clear();
      const other = await start(row, email, { organization: unknown });
      const alike = ({ response }: typeof known) => [
        response.status,
        response.text.replaceAll(organization_slug, unknown).replaceAll(/code_challenge=[\w-]+/g, ''),
        Object.entries(cookiesSetBy(response)).map(([name, { value, attributes }]) => [
          name,
          value.length,
          attributes,
        ]),
      ];

      expect(alike(other)).toEqual(alike(known));
      expect(stage.emulator.messages.list()).toEqual([]);
    });

    it('shows the same page', async () => {
      const { organization_slug } = await stage.organization();
      const pageOf = async (slug: string) => {
        const { status, text } = await stage.application.browser().visit(`/auth/login?org=${slug}`);
        return [status, text.replaceAll(slug, 'slug')];
      };

      expect(await pageOf(unknown)).toEqual(await pageOf(organization_slug));
    });
  });

  it('responds to a code of nobody like to a wrong one', async () => {
    const { organization_slug } = await stage.organization();
    for (const organization of [organization_slug, 'no-such-organization']) {
      const { browser, response } = await start(rows[1] as Row, newEmail(), { organization });
      const tried = await browser.postJson('/auth/login/email-otp/finish', { code: '123456' });

      expect([response.status, response.json()]).toEqual([202, { status: 'sent' }]);
      expect([tried.status, tried.json()]).toEqual([400, refusalBody('code_incorrect')]);
    }
    expect(stage.emulator.messages.list()).toEqual([]);
  });

  it('asks for confirmation before an invitation is accepted, in a fresh browser', async () => {
    const email = newEmail();
    const { organization_id } = await stage.organization();
    await callStytch(stage, 'magic_links/email/invite', {
      organization_id,
      email_address: email,
      invite_redirect_url: 'http://localhost:3000/auth/authenticate',
    });
    const browser = stage.application.browser();
    const path = await callbackOf(stage, email);
    stage.emulator.requests.clear();
    const page = await browser.visit(path);

    expect([page.status, b2bOperationsTo(stage.emulator)]).toEqual([200, []]);
    const response = await browser.postForm('/auth/authenticate', hiddenFieldsOf(page));
    expect([response.status, response.headers.get('location')]).toEqual([303, '/welcome']);
    expect((await browser.get('/auth/session')).json()).toMatchObject({
      session: { email, organization: { id: organization_id } },
    });
  });

  it('lets a member of one organization accept an invitation to another', async () => {
    const email = newEmail();
    const { organization_id: first } = await stage.organization({ members: [{ email }] });
    const { browser } = await signIn(rows[0] as Row, email, { organization: first });
    const { organization_id } = await stage.organization();
    stage.emulator.messages.clear();
    await callStytch(stage, 'magic_links/email/invite', {
      organization_id,
      email_address: email,
      invite_redirect_url: 'http://localhost:3000/auth/authenticate',
    });
    const page = await browser.visit(await callbackOf(stage, email));

    expect([page.status, page.text]).toEqual([200, expect.stringContaining(`<strong>${email}</strong>`)]);
    await browser.postForm('/auth/authenticate', hiddenFieldsOf(page));
    expect((await browser.get('/auth/session')).json()).toMatchObject({
      session: { email, organization: { id: organization_id } },
    });
  });

  it('asks for confirmation before an impersonation', async () => {
    const email = newEmail();
    const { organization_id } = await stage.organization({ members: [{ email }] });
    const { token } = await stage.emulator.members.impersonate({ organization: organization_id, email });
    const browser = stage.application.browser();
    const page = await browser.visit(
      `/auth/authenticate?token=${token}&stytch_token_type=multi_tenant_impersonation`,
    );

    expect([page.status, b2bOperationsTo(stage.emulator)]).toEqual([200, []]);
    const response = await browser.postForm('/auth/authenticate', hiddenFieldsOf(page));
    expect(response.status).toBe(303);
    expect((await browser.get('/auth/session')).json()).toMatchObject({
      session: { impersonator: { emailAddress: 'support@example.com' } },
    });
  });

  it.each(['acme/members', '..', '%2e%2e', 'x'.repeat(129), '<b>acme'])(
    'refuses the organization %p without a call',
    async (organization) => {
      const response = await stage.application
        .browser()
        .postJson('/auth/login', { email: newEmail(), organization });

      expect([response.status, response.json(), response.setCookies]).toEqual([
        400,
        refusalBody('organization_invalid'),
        [],
      ]);
      expect(b2bOperationsTo(stage.emulator)).toEqual([]);
    },
  );

  it('sends the return address and the PKCE code challenge of the browser to the provider', async () => {
    const { response } = await start(rows[2] as Row, '', { organization: 'acme', provider: 'microsoft' });
    const { origin, pathname, searchParams } = new URL((response.json() as { url: string }).url);

    expect([origin, pathname]).toEqual([stage.emulator.url, '/v1/b2b/public/oauth/microsoft/start']);
    expect(Object.fromEntries(searchParams)).toEqual({
      public_token: stage.emulator.publicToken,
      slug: 'acme',
      pkce_code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      login_redirect_url: 'http://localhost:3000/auth/authenticate',
      signup_redirect_url: 'http://localhost:3000/auth/authenticate',
    });
  });

  it('names an organization to the provider by its slug, even if that starts like an id', async () => {
    const organization = 'organization-a1b2c3';
    const { response } = await start(rows[2] as Row, '', { organization });
    const { searchParams } = new URL((response.json() as { url: string }).url);

    expect([searchParams.get('slug'), searchParams.has('organization_id')]).toEqual([organization, false]);
    const page = await stage.application.browser().visit(`/auth/login?org=${organization}`);
    expect(page.text).toContain(`<h1>Sign in to ${organization}</h1>`);
  });

  it('does not tell by a link to a stranger that the organization lets nobody join', async () => {
    const email = newEmail();
    const { organization_slug } = await stage.organization({ members: [{ email }] });
    const [known, unknown] = await Promise.all(
      [email, newEmail()].map((one) => start(rows[0] as Row, one, { organization: organization_slug })),
    );

    expect(unknown?.response.text).toBe(known?.response.text);
    expect(stage.emulator.messages.list().map(({ to }) => to)).toEqual([email]);
  });

  it('tells a person who proved an address that the organization lets nobody join', async () => {
    const { organization_slug } = await stage.organization();
    const { browser, response } = await signIn(rows[2] as Row, newEmail(), {
      organization: organization_slug,
    });

    expect([response.status, cookiesSetBy(response)[jwtCookie]]).toEqual([403, undefined]);
    expect(response.text).toContain('You aren&#39;t a member of this organization');
    expect((await browser.get('/auth/session')).json()).toEqual({ authenticated: false });
  });

  describe('at an organization that restricts its methods', () => {
    const settings = {
      auth_methods: 'RESTRICTED',
      allowed_auth_methods: ['email_otp', 'microsoft_oauth'],
    } as const;
    const restricted = () =>
      stage.organization({
        settings: { ...settings, allowed_auth_methods: [...settings.allowed_auth_methods] },
      });

    it('shows only those, and asks Stytch once for all visitors', async () => {
      const { organization_slug } = await restricted();
      stage.emulator.requests.clear();
      const visits = [1, 2].map(() =>
        stage.application.browser().visit(`/auth/login?org=${organization_slug}`),
      );
      const [{ text }, other] = (await Promise.all(visits)) as [TestResponse, TestResponse];

      expect(text).toContain('action="/auth/login/email-otp/start"');
      expect(text).toContain('value="microsoft"');
      expect(text).not.toMatch(/action="\/auth\/login"|value="google"/);
      expect(other.text).toBe(text);
      await stage.application.browser().visit(`/auth/login?org=${organization_slug}`);
      expect(b2bOperationsTo(stage.emulator)).toEqual([`organizations/${organization_slug}`]);
    });

    it('looks the organization up again after a minute', async () => {
      const { organization_slug } = await restricted();
      const pageOf = () => stage.application.browser().visit(`/auth/login?org=${organization_slug}`);
      await pageOf();
      await stage.emulator.organizations.update(organization_slug, {
        settings: { auth_methods: 'ALL_ALLOWED' },
      });
      expect((await pageOf()).text).not.toContain('value="google"');
      stage.emulator.clock.advance({ seconds: 61 });
      expect((await pageOf()).text).toContain('value="google"');
    });

    it('says that another method is not allowed, and sends nothing', async () => {
      const { organization_slug } = await restricted();
      const { response } = await start(rows[0] as Row, newEmail(), { organization: organization_slug });

      expect([response.status, response.json()]).toEqual([403, refusalBody('sign_in_method_refused')]);
      expect(stage.emulator.messages.list()).toEqual([]);
    });

    it('shows all methods while Stytch is unavailable', async () => {
      const { organization_slug } = await restricted();
      stage.emulator.faults.add({ kind: 'status', status: 500 });
      const { status, text } = await stage.application
        .browser()
        .visit(`/auth/login?org=${organization_slug}`);

      expect([status, text]).toEqual([200, expect.stringContaining('value="google"')]);
    });

    it('says that none of its methods is available here', async () => {
      const { organization_slug } = await stage.organization({
        settings: { auth_methods: 'RESTRICTED', allowed_auth_methods: ['sso'] },
      });
      const { status, text } = await stage.application
        .browser()
        .visit(`/auth/login?org=${organization_slug}`);

      expect([status, text]).toEqual([200, expect.stringContaining('not available here')]);
      expect(text).not.toContain('<form');
    });
  });

  it('adds a factor to the session of the member, in its organization', async () => {
    const email = newEmail();
    const { organization_slug, organization_id } = await stage.organization({ members: [{ email }] });
    const { browser } = await signIn(rows[0] as Row, email, { organization: organization_slug });
    const { browser: added, response } = await signIn(rows[1] as Row, email, { add_factor: true }, browser);

    expect(response.status).toBe(303);
    expect(sentTo(stage.emulator, 'otps/email/authenticate')).toMatchObject([
      { organization_id, session_jwt: expect.stringContaining('.') },
    ]);
    expect((await added.get('/auth/session')).json()).toMatchObject({
      session: {
        sessionId: signIns[0]?.session.sessionId,
        authenticationFactors: [{ type: 'magic_link' }, { type: 'email_otp' }],
      },
    });
  });

  it('passes the token of an incomplete sign-in with the method that completes it', async () => {
    const email = newEmail();
    const { organization_id } = await stage.organization({
      members: [{ email }],
      settings: { auth_methods: 'RESTRICTED', allowed_auth_methods: ['email_otp'] },
    });
    const { browser, response } = await signIn(rows[2] as Row, email, { organization: organization_id });
    expect(response.status).toBe(403);
    expect(response.text).toContain('<h1>One more step</h1>');
    expect(response.text).toContain('action="/auth/login/email-otp/start"');
    expect(response.text).not.toContain('Continue with Google');
    const token = browser.cookies.get(intermediateCookie);

    const completed = await signIn(
      rows[1] as Row,
      email,
      { organization: organization_id, continue: true },
      browser,
    );

    expect(completed.response.status).toBe(303);
    expect(cookiesSetBy(completed.response)[intermediateCookie]?.value).toBe('');
    expect(sentTo(stage.emulator, 'otps/email/authenticate')).toMatchObject([
      { intermediate_session_token: token },
    ]);
    expect((await browser.get('/auth/session')).json()).toMatchObject({
      session: { authenticationFactors: [{ type: 'oauth' }, { type: 'email_otp' }] },
    });
  });
});
