import { jest } from '@jest/globals';
import { Controller, Get, Logger } from '@nestjs/common';
import { Public, StytchEvents, type Session, type SignInDetails, type StytchEvent } from 'nestjs-stytch';
import { emailMagicLinks, emailOtp } from 'nestjs-stytch/b2b';
import type { TestBrowser } from 'nestjs-stytch/testing';
import { hiddenFieldsOf } from '../support/confirm-page.js';
import { refusalBody } from '../support/refusals.js';
import { cookiesSetBy, jwtCookie, tokenCookie } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { b2bOperationsTo, callbackOf, callStytch, sentTo, useB2BSignIn } from '../support/use-b2b-sign-in.js';

const intermediateCookie = 'stytch_intermediate_session_token';
const crossSite = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
const page = { accept: 'text/html' };

@Controller()
class ChoosePages {
  @Public()
  @Get('choose')
  choose() {
    return 'Choose';
  }

  @Get('choose-unmarked')
  chooseUnmarked() {
    return 'Choose';
  }
}

let people = 0;
const newEmail = () => `person-${(people += 1)}@example.com`;

describePlatforms('choosing an organization', (platform) => {
  const signIns: { session: Session; details: SignInDetails }[] = [];
  const stage = useB2BSignIn({
    platform,
    options: {
      methods: [emailMagicLinks(), emailOtp()],
      organizations: { create: 'allow' },
      pages: { afterLogin: '/welcome' },
      limits: { perIp: false },
      onSignIn: (session, details) => {
        signIns.push({ session, details });
      },
    },
  });
  beforeEach(() => {
    signIns.length = 0;
  });

  const sessionOf = async (browser: TestBrowser) =>
    (await browser.get('/auth/session')).json() as { session?: { organization: { id: string } } };

  /** Somebody who signed in to the first of two organizations. */
  async function signedIn(settings: object = {}) {
    const email = newEmail();
    const first = await stage.organization({ members: [{ email }] });
    const second = await stage.organization({ members: [{ email }], ...settings });
    const browser = stage.application.browser();
    await browser.postJson('/auth/login', { email, organization: first.organization_id });
    await browser.visit(await callbackOf(stage, email));
    stage.emulator.requests.clear();
    signIns.length = 0;
    return { email, first, second, browser };
  }

  it('lists the organizations of a person who completed discovery', async () => {
    const email = newEmail();
    const domain = newEmail().replace('@', '.');
    const member = await stage.organization({ members: [{ email: `ada@${domain}` }] });
    const invited = await stage.organization({ members: [{ email: `ada@${domain}`, status: 'invited' }] });
    const eligible = await stage.organization({
      members: [{ email: `grace@${domain}` }],
      settings: { email_jit_provisioning: 'RESTRICTED', email_allowed_domains: [domain] },
    });
    await stage.organization({ members: [{ email }] });
    const { browser } = await stage.discover(`ada@${domain}`);

    expect((await browser.get('/auth/organizations')).json()).toEqual({
      organizations: [
        {
          id: member.organization_id,
          slug: member.organization_slug,
          name: member.organization_name,
          membership: 'member',
        },
        {
          id: invited.organization_id,
          slug: invited.organization_slug,
          name: invited.organization_name,
          membership: 'invited',
        },
        {
          id: eligible.organization_id,
          slug: eligible.organization_slug,
          name: eligible.organization_name,
          membership: 'eligible',
        },
      ],
      canCreate: true,
    });
    const { status, text } = await browser.visit('/auth/organizations');
    expect(status).toBe(200);
    expect(text).toContain(`value="${member.organization_id}">${member.organization_name}<`);
    expect(text).toContain(`value="${eligible.organization_id}">Join ${eligible.organization_name}<`);
    expect(text).toContain('name="organization_name"');
  });

  it('enters the organization that a person chooses, and returns to where they started', async () => {
    const email = newEmail();
    await stage.organization({ members: [{ email }] });
    const chosen = await stage.organization({ members: [{ email }] });
    const { browser } = await stage.discover(email, { return_to: '/me' });
    const token = browser.cookies.get(intermediateCookie);
    stage.emulator.requests.clear();

    const response = await browser.postForm('/auth/organizations', { organization: chosen.organization_id });

    expect([response.status, response.headers.get('location')]).toEqual([303, '/me']);
    expect(Object.keys(cookiesSetBy(response)).sort()).toEqual(
      [intermediateCookie, 'stytch_login', tokenCookie, jwtCookie].sort(),
    );
    expect(browser.cookies.has(intermediateCookie)).toBe(false);
    expect(sentTo(stage.emulator, 'discovery/intermediate_sessions/exchange')).toEqual([
      {
        intermediate_session_token: token,
        organization_id: chosen.organization_id,
        session_duration_minutes: 60,
      },
    ]);
    expect(await sessionOf(browser)).toMatchObject({
      session: { organization: { id: chosen.organization_id } },
    });
    expect(signIns).toMatchObject([{ session: { kind: 'member' }, details: { method: 'discovery' } }]);
  });

  it('responds with JSON to a program', async () => {
    const email = newEmail();
    const { organization_slug } = await stage.organization({ members: [{ email }] });
    const browser = stage.application.browser();
    await browser.postJson('/auth/login/email-otp/start', { email, return_to: '/me' });
    const { code } = await stage.emulator.messages.wait({ to: email, kind: 'code' });
    const proven = await browser.postJson('/auth/login/email-otp/finish', { code });
    const entered = await browser.postJson('/auth/organizations', { organization: organization_slug });

    expect([proven.status, proven.json()]).toEqual([200, { status: 'choose_organization', returnTo: '/me' }]);
    expect([entered.status, entered.json()]).toEqual([200, { status: 'signed_in', returnTo: '/me' }]);
  });

  it('creates an organization, whose creator is an admin', async () => {
    const { browser } = await stage.discover(newEmail(), { return_to: '/me' });
    const response = await browser.postForm('/auth/organizations', { organization_name: ' Ünïted & Sons ' });

    expect([response.status, response.headers.get('location')]).toEqual([303, '/me']);
    expect(await sessionOf(browser)).toMatchObject({
      session: {
        organization: { slug: expect.stringMatching(/^united-sons(-[0-9a-f]{6})?$/) },
        roles: expect.arrayContaining(['stytch_admin']),
      },
    });
    expect(stage.emulator.organizations.list().at(-1)).toMatchObject({ organization_name: 'Ünïted & Sons' });
  });

  it('creates two organizations with the same name', async () => {
    for (let n = 0; n < 2; n += 1) {
      const { browser } = await stage.discover(newEmail());
      const response = await browser.postJson('/auth/organizations', { organization_name: 'Same Name' });
      expect(response.status).toBe(200);
    }
    const slugs = stage.emulator.organizations.list().map(({ organization_slug }) => organization_slug);
    expect(slugs.filter((slug) => slug.startsWith('same-name'))).toEqual([
      'same-name',
      expect.stringMatching(/^same-name-[0-9a-f]{6}$/),
    ]);
  });

  it.each(['', ' ', 'x'.repeat(129), 'Acme\u202E'])(
    'does not create an organization with the name %p',
    async (name) => {
      const { browser } = await stage.discover(newEmail());
      stage.emulator.requests.clear();
      const response = await browser.postForm('/auth/organizations', { organization_name: name });

      expect([response.status, b2bOperationsTo(stage.emulator)]).toEqual([400, ['discovery/organizations']]);
      expect(response.text).toContain('aria-invalid="true"');
    },
  );

  it('lists the organizations of a member, and the one that they are signed in to', async () => {
    const { browser, first, second } = await signedIn();

    expect((await browser.get('/auth/organizations')).json()).toMatchObject({
      organizations: [{ id: first.organization_id, isCurrent: true }, { id: second.organization_id }],
      canCreate: false,
    });
    expect(Object.keys(sentTo(stage.emulator, 'discovery/organizations')[0] as object)).toEqual([
      'session_jwt',
    ]);
  });

  it('redirects a browser without any session to sign in, and back', async () => {
    const response = await stage.application.browser().visit('/auth/organizations');
    const json = await stage.application.browser().get('/auth/organizations');

    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      '/auth/login?return_to=%2Fauth%2Forganizations',
    ]);
    expect([json.status, json.json()]).toEqual([401, refusalBody('session_missing')]);
    expect(b2bOperationsTo(stage.emulator)).toEqual([]);
  });

  it.each([
    ['by its slug', 'organization_slug'],
    ['by its id', 'organization_id'],
  ] as const)('switches to another organization %s, and revokes the session before', async (_, field) => {
    const { browser, first, second } = await signedIn();
    const oldCookies = browser.cookieHeader;
    const events: StytchEvent[] = [];
    const unsubscribe = stage.application.app.get(StytchEvents).subscribe((event) => events.push(event));

    const response = await browser.postForm('/auth/switch', {
      organization: second[field],
      return_to: '/me?tab=1',
    });
    unsubscribe();

    expect([response.status, response.headers.get('location')]).toEqual([303, '/me?tab=1']);
    expect(await sessionOf(browser)).toMatchObject({
      session: { organization: { id: second.organization_id } },
    });
    expect(sentTo(stage.emulator, 'sessions/exchange')).toMatchObject([{ organization_id: second[field] }]);
    expect(signIns).toMatchObject([{ details: { method: 'switch' } }]);
    expect(events.map(({ type }) => type)).toEqual(['signed_in', 'revoked']);
    const replayed = await stage.application.browser().get('/auth/session', { cookie: oldCookies });
    expect(replayed.json()).toEqual({ authenticated: false });
    expect(stage.emulator.sessions.list().map(({ organization_id }) => organization_id)).not.toContain(
      first.organization_id,
    );
  });

  it('replaces a return address on another site, and responds with JSON to a program', async () => {
    const { browser, second } = await signedIn();
    const response = await browser.postJson('/auth/switch', {
      organization: second.organization_slug,
      return_to: '//evil.example',
    });

    expect([response.status, response.json()]).toEqual([200, { status: 'signed_in', returnTo: '/welcome' }]);
  });

  it('keeps the session of a person who switches to the organization that they are in', async () => {
    const { browser, first } = await signedIn();
    const response = await browser.postForm('/auth/switch', {
      organization: first.organization_slug,
      return_to: '/me',
    });

    expect([response.status, response.headers.get('location'), response.setCookies]).toEqual([
      303,
      '/me',
      [],
    ]);
    expect(b2bOperationsTo(stage.emulator)).toEqual([]);
  });

  it('enters another organization from the chooser of a member', async () => {
    const { browser, second } = await signedIn();
    const response = await browser.postForm('/auth/organizations', { organization: second.organization_id });

    expect([response.status, response.headers.get('location')]).toEqual([303, '/welcome']);
    expect(await sessionOf(browser)).toMatchObject({
      session: { organization: { id: second.organization_id } },
    });
  });

  it.each(['/auth/switch', '/auth/organizations'])(
    'refuses POST %s with a session that was revoked at Stytch',
    async (path) => {
      const { browser, second } = await signedIn();
      const { session } = (await browser.get('/auth/session')).json() as { session: { sessionId: string } };
      await callStytch(stage, 'sessions/revoke', { member_session_id: session.sessionId });
      const response = await browser.postJson(path, { organization: second.organization_id });
      const visited = await browser.visit('/auth/organizations');

      expect([response.status, response.json()]).toEqual([401, refusalBody('session_revoked')]);
      expect([visited.status, visited.headers.get('location')]).toEqual([
        303,
        '/auth/login?return_to=%2Fauth%2Forganizations',
      ]);
    },
  );

  it.each(['/auth/switch', '/auth/organizations'])(
    'says that Stytch is unavailable if it rejects the options with POST %s',
    async (path) => {
      const { browser, second } = await signedIn();
      stage.emulator.faults.add({
        kind: 'status',
        status: 400,
        path: '/v1/b2b/sessions/exchange',
        body: JSON.stringify({
          status_code: 400,
          request_id: 'request-id-test-0',
          error_type: 'invalid_session_duration',
          error_message: '',
          error_url: '',
        }),
      });
      const response = await browser.postJson(path, { organization: second.organization_id });

      expect([response.status, response.json()]).toEqual([503, refusalBody('stytch_unavailable')]);
    },
  );

  it.each(['/auth/switch', '/auth/organizations'])(
    'refuses POST %s in an impersonated session, without a call',
    async (path) => {
      const email = newEmail();
      const { organization_id: first } = await stage.organization({ members: [{ email }] });
      const { organization_id: second } = await stage.organization({ members: [{ email }] });
      const { token } = await stage.emulator.members.impersonate({ organization: first, email });
      const browser = stage.application.browser();
      const url = `/auth/authenticate?token=${token}&stytch_token_type=multi_tenant_impersonation`;
      await browser.postForm('/auth/authenticate', hiddenFieldsOf(await browser.visit(url)));
      stage.emulator.requests.clear();
      const response = await browser.postJson(path, { organization: second });

      expect([response.status, response.json()]).toEqual([403, refusalBody('impersonation_refused')]);
      expect(b2bOperationsTo(stage.emulator)).toEqual([]);
    },
  );

  it.each(['/auth/switch', '/auth/organizations'])('exchanges nothing for GET %s', async (path) => {
    const { browser, second } = await signedIn();
    await browser.visit(`${path}?organization=${second.organization_slug}&return_to=/me`);

    expect(b2bOperationsTo(stage.emulator)).not.toContain('sessions/exchange');
    expect(signIns).toEqual([]);
  });

  it.each(['/auth/switch', '/auth/organizations'])('refuses POST %s of another site', async (path) => {
    const { browser, second } = await signedIn();
    const response = await browser.postForm(path, { organization: second.organization_id }, crossSite);

    expect([response.status, response.setCookies, b2bOperationsTo(stage.emulator)]).toEqual([403, [], []]);
  });

  it.each(['/auth/switch', '/auth/organizations'])(
    'refuses POST %s to an unknown organization like to one of others, and keeps the session',
    async (path) => {
      const { browser } = await signedIn();
      const { organization_slug } = await stage.organization({ members: [{ email: newEmail() }] });
      for (const organization of [organization_slug, 'no-such-organization']) {
        const json = await browser.postJson(path, { organization });
        const html = await browser.postForm(path, { organization });

        expect([json.status, json.json(), json.setCookies]).toEqual([
          403,
          refusalBody('organization_unavailable'),
          [],
        ]);
        expect([html.status, html.text]).toEqual([
          403,
          expect.stringContaining('This organization is not available'),
        ]);
      }
      expect(await sessionOf(browser)).toMatchObject({ authenticated: true });
    },
  );

  it('refuses an unknown organization after discovery like one of others', async () => {
    const { browser } = await stage.discover(newEmail());
    const { organization_slug } = await stage.organization({ members: [{ email: newEmail() }] });
    for (const organization of [organization_slug, 'no-such-organization']) {
      const response = await browser.postJson('/auth/organizations', { organization });
      expect([response.status, response.json()]).toEqual([403, refusalBody('organization_unavailable')]);
    }
    expect(browser.cookies.has(intermediateCookie)).toBe(true);
  });

  it.each([undefined, '', '..', 'a/b', ['acme'], { $ne: '' }])(
    'refuses the organization %p without a call',
    async (organization) => {
      const { browser } = await signedIn();
      for (const path of ['/auth/switch', '/auth/organizations']) {
        const response = await browser.postJson(path, { organization });
        expect([response.status, response.setCookies]).toEqual([400, []]);
      }
      expect(b2bOperationsTo(stage.emulator)).toEqual([]);
    },
  );

  it('says that an organization is suspended', async () => {
    const { browser, second } = await signedIn({ suspended: true });
    const json = await browser.postJson('/auth/switch', { organization: second.organization_id });
    const html = await browser.postForm('/auth/switch', { organization: second.organization_id });

    expect([json.status, json.json()]).toEqual([403, refusalBody('organization_suspended')]);
    expect(html.text).toContain('This organization is suspended');
  });

  it('asks for a method that the other organization allows, and signs nobody in without it', async () => {
    const { browser, second, email } = await signedIn({
      settings: { auth_methods: 'RESTRICTED', allowed_auth_methods: ['email_otp'] },
    });
    const json = await browser.postJson('/auth/switch', { organization: second.organization_id });
    const html = await browser.postForm('/auth/switch', {
      organization: second.organization_id,
      return_to: '/me?tab=1',
    });

    expect([json.status, json.json()]).toEqual([
      403,
      {
        ...refusalBody('primary_factor_required'),
        primaryRequired: { organizationId: second.organization_id, allowedAuthMethods: ['email_otp'] },
      },
    ]);
    expect([cookiesSetBy(json)[jwtCookie], html.status]).toEqual([undefined, 403]);
    expect(html.text).toContain('<h1>One more step</h1>');
    expect(html.text).toContain(`name="organization" value="${second.organization_id}"`);

    const fields = hiddenFieldsOf(html);
    expect(fields).toEqual({
      organization: second.organization_id,
      return_to: '/me?tab=1',
      continue: 'true',
    });
    await browser.postForm('/auth/login/email-otp/start', { ...fields, email });
    const { code } = await stage.emulator.messages.wait({ to: email, kind: 'code' });
    const completed = await browser.postForm('/auth/login/email-otp/finish', { code });
    expect([completed.status, completed.headers.get('location')]).toEqual([303, '/me?tab=1']);
    expect(await sessionOf(browser)).toMatchObject({
      session: { organization: { id: second.organization_id } },
    });
  });

  it('says that a second factor is missing, and signs nobody in without it', async () => {
    const email = newEmail();
    const settings = { mfa_policy: 'REQUIRED_FOR_ALL' } as const;
    const { organization_id } = await stage.organization({ members: [{ email }], settings });
    const { browser } = await stage.discover(email);
    const json = await browser.postJson('/auth/organizations', { organization: organization_id });
    const html = await browser.postForm('/auth/organizations', { organization: organization_id });

    expect([json.status, json.json()]).toEqual([403, refusalBody('second_factor_required')]);
    expect([html.status, html.text]).toEqual([403, expect.stringContaining('A second factor is required')]);
    expect(cookiesSetBy(html)[jwtCookie]).toBeUndefined();
    expect(await sessionOf(browser)).toEqual({ authenticated: false });
    expect(signIns).toEqual([]);
  });

  it('asks to start again once the intermediate session has expired, and forgets it', async () => {
    const email = newEmail();
    const { organization_id } = await stage.organization({ members: [{ email }] });
    const { browser } = await stage.discover(email);
    stage.emulator.clock.advance({ minutes: 11 });
    const listed = await browser.get('/auth/organizations', page);
    expect([listed.status, listed.text]).toEqual([400, expect.stringContaining('Please start again')]);
    expect(browser.cookies.has(intermediateCookie)).toBe(false);

    browser.cookies.set(intermediateCookie, 'x'.repeat(44));
    const entered = await browser.postJson('/auth/organizations', { organization: organization_id });
    expect([entered.status, entered.json()]).toEqual([400, refusalBody('sign_in_not_started')]);
    expect(browser.cookies.has(intermediateCookie)).toBe(false);
  });

  it.each(['short', 'with space'.repeat(3), 'ü'.repeat(44), 'x'.repeat(600)])(
    'ignores an intermediate session token that cannot be one: %.20p',
    async (token) => {
      const browser = stage.application.browser();
      browser.cookies.set(intermediateCookie, encodeURI(token));
      const response = await browser.get('/auth/organizations');

      expect([response.status, b2bOperationsTo(stage.emulator)]).toEqual([401, []]);
    },
  );

  it('accepts no intermediate session token as a session', async () => {
    const { browser: discovered } = await stage.discover(newEmail());
    const token = discovered.cookies.get(intermediateCookie) ?? '';
    const browser = stage.application.browser();
    browser.cookies.set(tokenCookie, token);

    expect((await browser.get('/auth/session')).json()).toEqual({ authenticated: false });
    const response = await browser.postJson('/auth/switch', { organization: 'acme' });
    expect(response.status).toBe(401);
  });

  it('forgets the intermediate session when the person signs out', async () => {
    const { browser } = await stage.discover(newEmail());
    await browser.postForm('/auth/logout');

    expect(browser.cookies.has(intermediateCookie)).toBe(false);
  });

  it('shares one exchange between two clicks', async () => {
    const email = newEmail();
    await stage.organization({ members: [{ email }] });
    const { organization_id } = await stage.organization({ members: [{ email }] });
    const { browser } = await stage.discover(email);
    const responses = await Promise.all(
      [1, 2].map(() => browser.postForm('/auth/organizations', { organization: organization_id })),
    );

    expect(responses.map(({ status }) => status)).toEqual([303, 303]);
    expect(sentTo(stage.emulator, 'discovery/intermediate_sessions/exchange')).toHaveLength(1);
  });

  it('lets a member switch while strangers present made-up intermediate session tokens', async () => {
    const { browser, second } = await signedIn();
    const strangers = Array.from({ length: 30 }, (_, n) =>
      stage.application.browser().get('/auth/organizations', {
        cookie: `${intermediateCookie}=${String(n).padStart(44, 'x')}`,
      }),
    );
    await Promise.race(strangers);
    const response = await browser.postJson('/auth/switch', { organization: second.organization_id });
    const statuses = (await Promise.all(strangers)).map(({ status }) => status);

    expect([response.status, statuses.includes(429)]).toEqual([200, true]);
  });

  it('says that Stytch is unavailable, and keeps the intermediate session', async () => {
    const { browser } = await stage.discover(newEmail());
    stage.emulator.faults.add({ kind: 'status', status: 500 });
    const responses = [
      await browser.get('/auth/organizations'),
      await browser.postJson('/auth/organizations', { organization: 'acme' }),
      await browser.postJson('/auth/organizations', { organization_name: 'Acme' }),
    ];

    expect(responses.map((response) => [response.status, response.json()])).toEqual(
      responses.map(() => [503, refusalBody('stytch_unavailable')]),
    );
    expect(browser.cookies.has(intermediateCookie)).toBe(true);
  });
});

describe('without discovery', () => {
  const stage = useB2BSignIn({ options: { organizations: { discovery: false } } });

  it('asks for the organization on the sign-in page', async () => {
    const browser = stage.application.browser();
    expect((await browser.visit('/auth/login')).text).toContain('name="organization"');
    expect((await browser.visit('/auth/login?org=acme')).text).toContain(
      '<input type="hidden" name="organization" value="acme" />',
    );
    const json = await browser.postJson('/auth/login', { email: newEmail() });
    expect([json.status, json.json()]).toEqual([400, refusalBody('organization_missing')]);
    const form = await browser.postForm('/auth/login', { email: newEmail(), organization: '../acme' });
    expect([form.status, form.text]).toEqual([400, expect.stringContaining('value="../acme"')]);
    expect(b2bOperationsTo(stage.emulator).filter((call) => !call.startsWith('organizations/'))).toEqual([]);
  });

  it('leads from an incomplete sign-in to no other organization', async () => {
    const email = newEmail();
    const other = await stage.organization({ members: [{ email }] });
    const named = await stage.organization({ members: [{ email }] });
    const browser = stage.application.browser();
    await browser.postJson('/auth/login', { email, organization: named.organization_id });
    await stage.emulator.organizations.update(named.organization_id, {
      settings: { auth_methods: 'RESTRICTED', allowed_auth_methods: ['google_oauth'] },
    });
    const incomplete = await browser.get(await callbackOf(stage, email));
    expect([incomplete.status, browser.cookies.has(intermediateCookie)]).toEqual([403, true]);
    stage.emulator.requests.clear();

    const responses = [
      await browser.get('/auth/organizations'),
      await browser.postJson('/auth/organizations', { organization: other.organization_id }),
    ];
    expect(responses.map((response) => [response.status, response.json()])).toEqual(
      responses.map(() => [401, refusalBody('session_missing')]),
    );
    expect(b2bOperationsTo(stage.emulator)).toEqual([]);
  });

  it('signs in to the organization that was named', async () => {
    const email = newEmail();
    const { organization_slug } = await stage.organization({ members: [{ email }] });
    const browser = stage.application.browser();
    const sent = await browser.postForm('/auth/login', { email, organization: organization_slug });

    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/auth/sent']);
    expect((await browser.visit(await callbackOf(stage, email))).status).toBe(303);
    expect((await browser.get('/auth/session')).json()).toMatchObject({ authenticated: true });
  });
});

describe('a page of the application for choosing an organization', () => {
  const stage = useB2BSignIn({
    controllers: [ChoosePages],
    options: { pages: { organizations: '/choose' }, protection: 'opt-out' },
  });

  it('is where a person is redirected to after discovery', async () => {
    const email = newEmail();
    const { organization_id } = await stage.organization({ members: [{ email }] });
    await stage.organization({ members: [{ email }] });
    const { browser, response } = await stage.discover(email);
    const entered = await browser.postForm('/auth/organizations', { organization: organization_id });

    expect([response.status, response.headers.get('location')]).toEqual([303, '/choose']);
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/']);
  });

  it('has to be public in opt-out mode, since the person has no session before the choice', async () => {
    const email = newEmail();
    await stage.organization({ members: [{ email }] });
    await stage.organization({ members: [{ email }] });
    const { browser } = await stage.discover(email);
    const unmarked = await browser.visit('/choose-unmarked');

    expect((await browser.visit('/choose')).text).toBe('Choose');
    expect([unmarked.status, unmarked.headers.get('location')]).toEqual([
      303,
      '/auth/login?return_to=%2Fchoose-unmarked',
    ]);
  });
});

describe('creating organizations where onSignIn refuses', () => {
  const stage = useB2BSignIn({ options: { organizations: { create: 'allow' }, onSignIn: () => false } });

  it('signs nobody in, and says which organization was created', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const events: StytchEvent[] = [];
    stage.application.app.get(StytchEvents).subscribe((event) => events.push(event));
    const { browser } = await stage.discover(newEmail());
    const response = await browser.postJson('/auth/organizations', { organization_name: 'Refused Inc.' });

    const { organization_id: organizationId } = stage.emulator.organizations.list().at(-1)!;
    expect([response.status, response.json()]).toEqual([403, refusalBody('sign_in_refused')]);
    expect(browser.cookies.has(jwtCookie)).toBe(false);
    expect(events.filter(({ type }) => type === 'organization_created')).toEqual([
      {
        type: 'organization_created',
        organizationId,
        network: '127.0.0.0/24',
        at: expect.any(String),
      },
    ]);
    expect(warn.mock.calls).toEqual([
      [
        `${organizationId} was created, but the person who created it was not signed in. It stays at Stytch, and they are its admin.`,
      ],
    ]);
    warn.mockRestore();
  });
});

describe('creating organizations without permission', () => {
  const stage = useB2BSignIn({});

  it('is refused, and not offered', async () => {
    const { browser } = await stage.discover(newEmail());
    const { text } = await browser.visit('/auth/organizations');
    const response = await browser.postJson('/auth/organizations', { organization_name: 'Acme' });

    expect(text).not.toContain('organization_name');
    expect([response.status, response.json()]).toEqual([403, refusalBody('organization_creation_refused')]);
    expect(b2bOperationsTo(stage.emulator)).not.toContain('discovery/organizations/create');
  });
});

describe('the limits of a network', () => {
  const stage = useB2BSignIn({
    options: { limits: { perIp: { max: 3, windowSeconds: 600 }, perAddress: false } },
  });

  it('apply to the choice of an organization', async () => {
    const browser = stage.application.browser();
    browser.cookies.set(intermediateCookie, 'x'.repeat(44));
    const statuses: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      browser.cookies.set(intermediateCookie, 'x'.repeat(44));
      statuses.push((await browser.get('/auth/organizations')).status);
    }

    expect(statuses).toEqual([400, 400, 400, 429]);
    expect(b2bOperationsTo(stage.emulator)).toHaveLength(3);
  });

  it('apply to the sign-in pages of organizations, which then show all methods', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      statuses.push((await stage.application.browser().visit(`/auth/login?org=guessed-${n}`)).status);
    }

    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    expect(b2bOperationsTo(stage.emulator)).toHaveLength(3);
  });
});
