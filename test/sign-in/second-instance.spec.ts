import { magicLinks } from 'nestjs-stytch';
import { emailMagicLinks } from 'nestjs-stytch/b2b';
import type { TestBrowser } from 'nestjs-stytch/testing';
import { openAndConfirm } from '../support/confirm-page.js';
import { linkAskedForBy } from '../support/links.js';
import { callsTo, jwtCookie, tokenCookie } from '../support/sessions.js';
import { startApplication, type ApplicationUnderTest } from '../support/start-application.js';
import { callbackOf, useB2BSignIn } from '../support/use-b2b-sign-in.js';
import { startB2BApplication } from '../support/use-b2b-application.js';
import { useApplication } from '../support/use-application.js';

/** What a browser gets: the status, and where it goes or why it does not. */
async function open(browser: TestBrowser, url: string): Promise<[status: number, to: unknown]> {
  const { status, headers, json } = await browser.get(url);
  return [status, status === 303 ? headers.get('location') : (json() as { code: string }).code];
}

const refusal = [410, 'link_used_or_expired'];

describe('a magic link that is clicked again and reaches another instance', () => {
  const stage = useApplication({ platform: 'Express', options: { methods: [magicLinks()] } });
  let other: ApplicationUnderTest;
  beforeAll(async () => {
    const { emulator } = stage;
    other = await startApplication({ emulator, platform: 'Fastify', options: { methods: [magicLinks()] } });
  });
  afterAll(() => other.close());

  /**
   * Signed in with the link on the first instance. The second click was made before the browser got the response, so
   * it has the binding cookie still: without it, Stytch would not be asked.
   */
  async function signedIn(): Promise<{ browser: TestBrowser; callback: string }> {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: '/account' });
    const { stytch_login: binding = '' } = Object.fromEntries(browser.cookies);
    expect(await open(browser, callback)).toEqual([303, '/account']);
    browser.cookies.set('stytch_login', binding);
    stage.emulator.requests.clear();
    return { browser, callback };
  }

  it.each([
    ['that was used', (callback: string) => callback],
    ['that never existed', (callback: string) => callback.replace(/token=.{10}/, 'token=AAAAAAAAAA')],
  ])('redirects with the same session within a minute, for a link %s', async (_, toLink) => {
    const { browser, callback } = await signedIn();
    const session = browser.cookies.get(jwtCookie);

    const repeated = await browser.visit(other.url + toLink(callback));

    expect([repeated.status, repeated.headers.get('location'), repeated.setCookies]).toEqual([303, '/', []]);
    expect(browser.cookies.get(jwtCookie)).toBe(session);
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/magic_links/authenticate']);
  });

  it('signs in once when both clicks arrive at the same time, and redirects the third', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const sessionsBefore = stage.emulator.sessions.list().length;
    const cookie = browser.cookieHeader;

    const [first, second] = await Promise.all([
      browser.get(callback, { cookie }),
      browser.get(other.url + callback, { cookie }),
    ]);

    expect([first.status, second.status].sort()).toEqual([303, 410]);
    expect(stage.emulator.sessions.list()).toHaveLength(sessionsBefore + 1);
    expect(await open(browser, other.url + callback)).toEqual([303, '/']);
  });

  it('is refused in another browser', async () => {
    const { callback } = await signedIn();
    const { browser: otherBrowser } = await linkAskedForBy(stage, { email: 'grace@example.com' });
    expect(await open(otherBrowser, other.url + callback)).toEqual(refusal);
    expect(otherBrowser.cookies.has(jwtCookie)).toBe(false);
  });

  it('is refused when a minute has passed', async () => {
    const { browser, callback } = await signedIn();
    stage.emulator.clock.advance({ minutes: 1 });
    expect(await open(browser, other.url + callback)).toEqual(refusal);
    expect((await browser.get('/auth/session')).json()).toMatchObject({ authenticated: true });
  });

  it('is refused when the browser has asked for another link since, which may add a factor', async () => {
    const { browser, callback } = await signedIn();
    stage.emulator.clock.advance({ seconds: 2 });
    await browser.postJson('/auth/login', { email: 'grace@example.com' });
    expect(await open(browser, other.url + callback)).toEqual(refusal);
  });

  it('is refused when the session was signed out on that instance', async () => {
    const { browser, callback } = await signedIn();
    const cookies = new Map(browser.cookies);
    await browser.postJson(`${other.url}/auth/logout`, {});
    for (const [name, value] of cookies) browser.cookies.set(name, value);
    expect(await open(browser, other.url + callback)).toEqual(refusal);
  });

  it('is refused when the session has a recent factor of another kind only', async () => {
    const { browser, callback } = await signedIn();
    const { user_id } = await createUserWithPhone();
    const { session_jwt, session_token } = await stage.emulator.sessions.create({ userId: user_id });
    browser.cookies.set(jwtCookie, session_jwt);
    browser.cookies.set(tokenCookie, session_token);
    expect(await open(browser, other.url + callback)).toEqual(refusal);
    expect((await browser.get('/auth/session')).json()).toMatchObject({
      session: { authenticationFactors: [{ type: 'otp' }] },
    });
  });

  async function createUserWithPhone(): Promise<{ user_id: string }> {
    const { url, projectId, secret } = stage.emulator;
    const response = await fetch(`${url}/v1/users`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}` },
      body: JSON.stringify({ phone_number: '+12025550142' }),
    });
    return (await response.json()) as { user_id: string };
  }
});

describe('a magic link of a member that is clicked again and reaches another instance', () => {
  const options = { methods: [emailMagicLinks()] };
  const stage = useB2BSignIn({ options });
  let other: ApplicationUnderTest;
  beforeAll(async () => {
    other = await startB2BApplication(stage.emulator, { options });
  });
  afterAll(() => other.close());

  it('redirects after confirmation, which a link for a member may need, but not when a minute has passed', async () => {
    const email = 'ada@acme.example';
    const { organization_slug: organization } = await stage.organization({ members: [{ email }] });
    const browser = stage.application.browser();
    await browser.postJson('/auth/login', { email, organization });
    const callback = await callbackOf(stage, email);
    expect(await open(browser, callback)).toEqual([303, '/']);
    const session = browser.cookies.get(jwtCookie);

    const confirmed = await openAndConfirm(browser, callback, other.url);
    stage.emulator.clock.advance({ minutes: 1 });
    const late = await openAndConfirm(browser, callback, other.url);

    expect([confirmed.status, confirmed.headers.get('location')]).toEqual([303, '/']);
    expect(late.status).toBe(410);
    expect(browser.cookies.get(jwtCookie)).toBe(session);
  });
});
