import { existsSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { startStytchEmulator } from 'stytch-emulator';
import { TestBrowser } from 'nestjs-stytch/testing';
import { emptyDirectory, startDemo, stopDemos, type RunningDemo } from './running-demo.js';
import { refusalBody } from '../support/refusals.js';

const email = 'ada@example.com';

afterAll(stopDemos);

/** Requests a link and opens it. */
async function signIn(demo: RunningDemo): Promise<TestBrowser> {
  const browser = new TestBrowser(demo.url);
  expect((await browser.postJson('/login', { email })).status).toBe(202);
  const { link } = await demo.mailTo(email);
  const linkResponse = await fetch(link, { redirect: 'manual' });
  const callbackResponse = await browser.get(linkResponse.headers.get('location')!);
  expect([callbackResponse.status, callbackResponse.headers.get('location')]).toEqual([303, '/dashboard']);
  return browser;
}

describe('the demo without any configuration', () => {
  let demo: RunningDemo;
  beforeAll(async () => {
    demo = await startDemo();
  });

  it('prints its URL, the inbox URL and the emulator URL, and no secret', async () => {
    const { url, emulatorUrl } = demo;
    expect(demo.output).toEqual({
      stdout: `
  Demo       ${url}    sign in with any email address
  Inbox      ${emulatorUrl}/   the sign-in emails arrive here
  Emulator   ${emulatorUrl}    used instead of Stytch

  Press Ctrl+C to stop.

`,
      stderr: '',
    });
  });

  it('signs in with the emailed link, shows the dashboard, and signs out', async () => {
    const browser = new TestBrowser(demo.url);

    const sent = await browser.postJson('/login', { email });
    expect([sent.status, sent.json()]).toEqual([202, { status: 'sent' }]);

    const { link } = await demo.mailTo(email);
    const linkResponse = await fetch(link, { redirect: 'manual' });
    const callback = new URL(linkResponse.headers.get('location')!);
    expect(callback.origin + callback.pathname).toBe(`${demo.url}/authenticate`);
    expect(callback.searchParams.get('stytch_token_type')).toBe('magic_links');

    const callbackResponse = await browser.get(callback.href);
    expect([callbackResponse.status, callbackResponse.headers.get('location')]).toEqual([303, '/dashboard']);
    expect([...browser.cookies.keys()].sort()).toEqual(['stytch_session', 'stytch_session_jwt']);

    const dashboard = await browser.get('/dashboard');
    expect(dashboard.status).toBe(200);
    expect(dashboard.text).toContain(`<h1>${email}</h1>`);

    const me = await browser.get('/api/me');
    expect([me.status, me.json()]).toEqual([
      200,
      {
        userId: expect.stringMatching(/^user-test-/),
        email,
        expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
    ]);

    const cookiesBefore = browser.cookieHeader;
    const signedOut = await browser.request('POST', '/logout');
    expect(signedOut.status).toBe(204);
    expect(browser.cookies.size).toBe(0);

    const refused = await browser.get('/dashboard');
    expect([refused.status, refused.json()]).toEqual([401, refusalBody('session_missing')]);
    const revoked = await browser.get('/dashboard', { cookie: cookiesBefore });
    expect([revoked.status, revoked.json()]).toMatchObject([401, { code: 'session_revoked' }]);
  });

  it('redirects a submitted sign-in form to a page that links to the inbox', async () => {
    const browser = new TestBrowser(demo.url);

    const sent = await browser.postForm('/login', { email: 'grace@example.com' });
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/check-your-inbox']);

    const page = await browser.visit('/check-your-inbox');
    expect(page.status).toBe(200);
    expect(page.text).toContain(`href="${demo.emulatorUrl}/"`);
  });

  it('shows the email address and a sign-out form on the home page after sign-in', async () => {
    const browser = await signIn(demo);

    const home = await browser.visit('/');

    expect(home.status).toBe(200);
    expect(home.text).toContain(`<h1>${email}</h1>`);
    expect(home.text).toContain('<form method="post" action="/logout">');
    expect(home.text).not.toContain('name="email"');
  });

  it('redirects a refused page navigation to the sign-in form, which submits the return address', async () => {
    const browser = new TestBrowser(demo.url);

    const refused = await browser.visit('/dashboard?tab=keys');
    expect([refused.status, refused.headers.get('location')]).toEqual([
      303,
      '/?return_to=%2Fdashboard%3Ftab%3Dkeys',
    ]);

    const home = await browser.visit('/?return_to=%2Fdashboard%3Ftab%3Dkeys');
    expect(home.text).toContain('<input type="hidden" name="return_to" value="/dashboard?tab=keys" />');
  });

  it.each(['/', '/check-your-inbox'])('sends security headers with the page %s', async (path) => {
    const { headers } = await new TestBrowser(demo.url).visit(path);

    const names = ['content-type', 'referrer-policy', 'x-content-type-options', 'cache-control'];
    expect(names.map((name) => headers.get(name))).toEqual([
      'text/html; charset=utf-8',
      'strict-origin',
      'nosniff',
      'no-store',
    ]);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('escapes the return address in the sign-in form', async () => {
    const browser = new TestBrowser(demo.url);

    const page = await browser.visit('/?return_to=%22%3E%3Cscript%3Ealert(1)%3C/script%3E');

    expect(page.text).toContain('value="&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;"');
    expect(page.text).not.toContain('<script');
  });

  it.each(['127.0.0.1', '127.0.0.2', '[::1]', 'app.localhost'])(
    'redirects requests with the host %s to localhost, with method, path and query',
    async (name) => {
      const response = await send(demo, {
        method: 'POST',
        path: '/login?from=email',
        host: `${name}:${demo.port}`,
      });

      expect(response).toEqual({
        status: 307,
        location: `${demo.url}/login?from=email`,
        cookies: undefined,
      });
    },
  );

  it('builds the redirect to localhost from its configuration, not from the request', async () => {
    const host = `127.0.0.1:${demo.port}`;

    expect(await send(demo, { path: '//evil.example/', host })).toMatchObject({
      status: 307,
      location: `${demo.url}//evil.example/`,
    });
    expect(await send(demo, { path: 'http://evil.example/', host })).toMatchObject({ location: undefined });
    expect(await send(demo, { path: '/', host: 'evil.example' })).toMatchObject({
      status: 200,
      location: undefined,
    });
  });

  it('listens on 127.0.0.1 and on no other address', async () => {
    const socket = connect(demo.port, '127.0.0.2');
    await expect(once(socket, 'connect')).rejects.toMatchObject({
      code: expect.stringMatching(/^E(CONNREFUSED|ADDRNOTAVAIL|HOSTUNREACH|NETUNREACH)$/),
    });
  });

  it('prints nothing while users sign in and out', async () => {
    const browser = await signIn(demo);
    await browser.postForm('/logout');

    expect(demo.output.stdout.split('Press Ctrl+C to stop.')[1]).toBe('\n\n');
    expect(demo.output.stderr).toBe('');
  });
});

describe('the demo after a restart', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'stops on %s despite open connections, and sessions survive the restart',
    async (signal) => {
      const first = await startDemo();
      const browser = await signIn(first);
      // The connections of a browser that shows the demo and the inbox.
      const idle = connect(first.port, '127.0.0.1');
      idle.on('error', () => undefined);
      await once(idle, 'connect');
      const inboxChanges = await fetch(`${first.emulatorUrl}/__emulator/inbox/changes`);

      expect(await first.stop(signal)).toEqual({ exitCode: null, signal });
      idle.destroy();
      await inboxChanges.body?.cancel().catch(() => undefined);

      const { directory, port } = first;
      const emulatorPort = Number(new URL(first.emulatorUrl).port);
      const second = await startDemo({ directory, port, emulatorPort });
      expect((await browser.get('/dashboard')).status).toBe(200);
      await second.stop();
    },
  );
});

describe('the demo with configuration', () => {
  it.each(['the environment', 'a file named .env'])(
    'reads the credentials of a running emulator from %s, links to its inbox, and does not start another one',
    async (from) => {
      const stytch = await startStytchEmulator();
      const { projectId, secret, url } = stytch;
      const variables = { STYTCH_PROJECT_ID: projectId, STYTCH_SECRET: secret, STYTCH_API_URL: url };
      const directory = emptyDirectory();
      const isFile = from !== 'the environment';
      const file = Object.entries(variables).map(([name, value]) => `${name}="${value}"\n`);
      if (isFile) await writeFile(join(directory, '.env'), file.join(''));

      const demo = await startDemo({ directory, variables: isFile ? {} : variables });

      expect(demo.output).toEqual({
        stdout: `
  Demo       ${demo.url}    sign in with any email address
  Inbox      ${url}/   the sign-in emails arrive here
  Emulator   ${url}    used instead of Stytch

  Press Ctrl+C to stop.

`,
        stderr: '',
      });
      expect(existsSync(join(directory, '.stytch-emulator'))).toBe(false);
      await expect(fetch(demo.emulatorUrl)).rejects.toThrow('fetch failed');

      const browser = new TestBrowser(demo.url);
      expect((await browser.postJson('/login', { email })).status).toBe(202);
      expect(stytch.messages.latest({ to: email })).toMatchObject({ to: email });
      expect((await browser.visit('/check-your-inbox')).text).toContain(`href="${url}/"`);

      await demo.stop();
      await stytch.close();
    },
  );

  it('starts with its emulator when .env.example is copied to .env without changes', async () => {
    const directory = emptyDirectory();
    await copyFile('.env.example', join(directory, '.env'));

    const demo = await startDemo({ directory });

    expect(demo.output.stdout).toContain('Emulator');
    await demo.stop();
  });

  it('uses STYTCH_APP_URL as its origin and does not redirect other hosts', async () => {
    const demo = await startDemo({ variables: { STYTCH_APP_URL: 'https://app.example.com/' } });

    expect(demo.output.stdout).toContain('Demo       https://app.example.com  ');
    // Behind a proxy, other host names are not redirected.
    expect(await send(demo, { path: '/', host: `127.0.0.1:${demo.port}` })).toMatchObject({ status: 200 });
    await demo.stop();
  });
});

/** Sends a request with a Host header, which fetch() cannot set. */
async function send(
  demo: RunningDemo,
  { method = 'GET', path, host }: { method?: string; path: string; host: string },
) {
  const outgoing = request({
    hostname: '127.0.0.1',
    port: demo.port,
    method,
    path,
    headers: { host },
    agent: false,
  });
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.resume();
  const { location, 'set-cookie': cookies } = response.headers;
  return { status: response.statusCode, location, cookies };
}
