import type { StytchEmulator } from 'stytch-emulator';
import { hiddenFieldsOf } from '../support/confirm-page.js';
import { callbackPathOf, linkAskedForBy } from '../support/links.js';
import { MeController } from '../support/me.controller.js';
import { callStytch } from '../support/passwords.js';
import { refusalBody } from '../support/refusals.js';
import { bodiesSentTo, callsTo, cookiesSetBy, jwtCookie, signedInBrowser } from '../support/sessions.js';
import { authenticateLinkPath, tokenIn } from '../support/sign-in-steps.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const callbackUrl = 'http://localhost:3000/auth/authenticate';
const controllers = [MeController];

/** Has Stytch invite somebody, as its dashboard does. Returns the path that the link leads to. */
async function invitationFor(emulator: StytchEmulator, email: string): Promise<string> {
  await callStytch(emulator, '/v1/magic_links/email/invite', { email, invite_magic_link_url: callbackUrl });
  const callback = await callbackPathOf(emulator, email);
  emulator.requests.clear();
  return callback;
}

/** The path of a link that another system of the project embeds in its own message. */
async function embeddableLinkFor(emulator: StytchEmulator, email: string): Promise<string> {
  const { user_id } = (await callStytch(emulator, '/v1/users', { email })) as { user_id: string };
  const { token } = (await callStytch(emulator, '/v1/magic_links', { user_id })) as { token: string };
  emulator.requests.clear();
  return `/auth/authenticate?${new URLSearchParams({ token, stytch_token_type: 'magic_links' }).toString()}`;
}

describePlatforms('links that no browser requested', (platform) => {
  const stage = useApplication({ platform, controllers, options: { pages: { afterLogin: '/welcome' } } });

  it.each([
    ['an invitation', invitationFor],
    ['an embeddable link', embeddableLinkFor],
  ])('asks before %s is used, and signs in after the confirmation', async (title, linkFor) => {
    const browser = stage.application.browser();
    const callback = await linkFor(stage.emulator, `${title.replaceAll(' ', '-')}-${platform}@example.com`);

    const page = await browser.visit(callback);
    expect([page.status, callsTo(stage.emulator)]).toEqual([200, []]);
    expect(page.text).toContain('Sign in with this browser?');
    const response = await browser.postForm('/auth/authenticate', hiddenFieldsOf(page));

    expect([response.status, response.headers.get('location')]).toEqual([303, '/welcome']);
    expect(cookiesSetBy(response)[jwtCookie]?.value).toMatch(/^ey/);
    expect(bodiesSentTo(stage.emulator, authenticateLinkPath)).toEqual([
      { token: tokenIn(callback), session_duration_minutes: 60 },
    ]);
    expect((await browser.get('/me')).status).toBe(200);
  });

  it('asks before an invitation is used in a browser that started another sign-in', async () => {
    const { browser } = await linkAskedForBy(stage, { email: `started-${platform}@example.com` });
    const callback = await invitationFor(stage.emulator, `invited-${platform}@example.com`);

    const page = await browser.visit(callback);
    expect([page.status, cookiesSetBy(page)[jwtCookie]]).toEqual([200, undefined]);
    const response = await browser.postForm('/auth/authenticate', hiddenFieldsOf(page));

    expect([response.status, cookiesSetBy(response)[jwtCookie]?.value]).toEqual([
      303,
      expect.stringMatching(/^ey/),
    ]);
  });

  it('does not use an invitation that another site confirms', async () => {
    const browser = stage.application.browser();
    const callback = await invitationFor(stage.emulator, `cross-site-${platform}@example.com`);
    const fields = hiddenFieldsOf(await browser.visit(callback));

    const response = await browser.postForm('/auth/authenticate', fields, {
      'sec-fetch-site': 'cross-site',
      origin: 'https://evil.example',
    });

    expect([response.status, response.setCookies, callsTo(stage.emulator)]).toEqual([403, [], []]);
  });

  it('asks a browser that is signed in before somebody is impersonated', async () => {
    const { browser } = await signedInBrowser(stage, { email: 'admin@example.com' });
    const { token } = await stage.emulator.users.impersonate({
      redirectUrl: callbackUrl,
      email: `impersonated-${platform}@example.com`,
      impersonatorEmail: 'admin@example.com',
    });
    const query = new URLSearchParams({ token, stytch_token_type: 'impersonation' });
    stage.emulator.requests.clear();

    const page = await browser.visit(`/auth/authenticate?${query.toString()}`);
    expect([page.status, callsTo(stage.emulator)]).toEqual([200, []]);
    expect(page.text).toContain('<strong>admin@example.com</strong>');
    const response = await browser.postForm('/auth/authenticate', hiddenFieldsOf(page));

    expect([response.status, response.headers.get('location')]).toEqual([303, '/welcome']);
    const { json } = await browser.get('/auth/session');
    expect(json()).toMatchObject({ session: { impersonator: { emailAddress: 'admin@example.com' } } });
  });
});

describePlatforms('methods: []', (platform) => {
  const stage = useApplication({ platform, controllers, options: { methods: [] } });

  it.each([
    ['GET', '/auth/login', 404],
    ['POST', '/auth/login', 404],
    ['POST', '/auth/login/magic-link/start', 404],
    ['GET', '/auth/login/email-otp/finish', 404],
    ['POST', '/auth/login/email-otp/finish', 404],
    ['GET', `/auth/authenticate?token=${'x'.repeat(44)}`, 400],
  ])('responds to %s %s with %d, without calling Stytch', async (method, path, status) => {
    const response = await stage.application.browser().request(method, path);

    expect([response.status, response.setCookies, callsTo(stage.emulator)]).toEqual([status, [], []]);
  });

  it('leaves the session and the logout', async () => {
    const { browser } = await signedInBrowser(stage);

    const session = await browser.get('/auth/session');
    const logout = await browser.request('POST', '/auth/logout');

    expect(session.json()).toMatchObject({ authenticated: true });
    expect(logout.status).toBe(204);
    expect((await browser.get('/me')).json()).toEqual(refusalBody('session_missing'));
  });

  it('shows a notice without a link to a sign-in page, which does not exist', async () => {
    const page = await stage.application.browser().visit(`/auth/authenticate?token=${'x'.repeat(44)}`);

    expect(page.status).toBe(400);
    expect(page.text).not.toContain('href=');
  });
});
