import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { startStytchEmulator } from 'nestjs-stytch/emulator';
import { TestBrowser } from 'nestjs-stytch/testing';
import { emptyDirectory, patienceMs, startDemo, stopDemos, type RunningDemo } from './running-demo.js';
import { refusalBody } from '../support/refusals.js';

const email = 'ada@example.com';

afterAll(stopDemos);

/** From asking for the link to coming back from the mail. */
async function signIn(demo: RunningDemo): Promise<TestBrowser> {
  const browser = new TestBrowser(demo.url);
  expect((await browser.postJson('/login', { email })).status).toBe(202);
  const { link } = await demo.mailTo(email);
  const mailed = await fetch(link, { redirect: 'manual' });
  const arrived = await browser.get(mailed.headers.get('location')!);
  expect([arrived.status, arrived.headers.get('location')]).toEqual([303, '/dashboard']);
  return browser;
}

describe('the demo without any configuration', () => {
  let demo: RunningDemo;
  beforeAll(async () => {
    demo = await startDemo();
  }, patienceMs);

  it('says where it is, where the mail arrives, and no secret', async () => {
    const { url, emulatorUrl } = demo;
    expect(demo.output).toEqual({
      stdout: `
  Demo       ${url}    sign in with any e-mail address
  Inbox      ${emulatorUrl}/   the link arrives here
  Emulator   ${emulatorUrl}    stands in for Stytch

  Stop it with Ctrl+C.

`,
      stderr: '',
    });
  });

  it('signs in by the link in the mail, opens the dashboard, and signs out', async () => {
    const browser = new TestBrowser(demo.url);

    const asked = await browser.postJson('/login', { email });
    expect([asked.status, asked.json()]).toEqual([202, { status: 'sent' }]);

    const { link } = await demo.mailTo(email);
    const mailed = await fetch(link, { redirect: 'manual' });
    const callback = new URL(mailed.headers.get('location')!);
    expect(callback.origin + callback.pathname).toBe(`${demo.url}/authenticate`);
    expect(callback.searchParams.get('stytch_token_type')).toBe('magic_links');

    const arrived = await browser.get(callback.href);
    expect([arrived.status, arrived.headers.get('location')]).toEqual([303, '/dashboard']);
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
    const left = await browser.request('POST', '/logout');
    expect(left.status).toBe(204);
    expect(browser.cookies.size).toBe(0);

    const refused = await browser.get('/dashboard');
    expect([refused.status, refused.json()]).toEqual([401, refusalBody('session_missing')]);
    const revoked = await browser.get('/dashboard', { cookie: cookiesBefore });
    expect([revoked.status, revoked.json()]).toMatchObject([401, { code: 'session_revoked' }]);
  });

  it('answers a form with the page that says to check the inbox, and links to the inbox', async () => {
    const browser = new TestBrowser(demo.url);

    const asked = await browser.postForm('/login', { email: 'grace@example.com' });
    expect([asked.status, asked.headers.get('location')]).toEqual([303, '/check-your-inbox']);

    const page = await browser.visit('/check-your-inbox');
    expect(page.status).toBe(200);
    expect(page.text).toContain(`href="${demo.emulatorUrl}/"`);
  });

  it('says on the home page who is signed in', async () => {
    const browser = await signIn(demo);

    const home = await browser.visit('/');

    expect(home.status).toBe(200);
    expect(home.text).toContain(`<h1>${email}</h1>`);
    expect(home.text).toContain('<form method="post" action="/logout">');
    expect(home.text).not.toContain('name="email"');
  });

  it('sends a person who is refused a page to the login form, which keeps the address', async () => {
    const browser = new TestBrowser(demo.url);

    const refused = await browser.visit('/dashboard?tab=keys');
    expect([refused.status, refused.headers.get('location')]).toEqual([
      303,
      '/?return_to=%2Fdashboard%3Ftab%3Dkeys',
    ]);

    const home = await browser.visit('/?return_to=%2Fdashboard%3Ftab%3Dkeys');
    expect(home.text).toContain('<input type="hidden" name="return_to" value="/dashboard?tab=keys" />');
  });

  it.each(['/', '/check-your-inbox'])('lets nothing load, run or frame the page %s', async (path) => {
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

  it('shows what came in the address as text, never as markup', async () => {
    const browser = new TestBrowser(demo.url);

    const page = await browser.visit('/?return_to=%22%3E%3Cscript%3Ealert(1)%3C/script%3E');

    expect(page.text).toContain('value="&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;"');
    expect(page.text).not.toContain('<script');
  });

  it.each(['127.0.0.1', '127.0.0.2', '[::1]', 'app.localhost'])(
    'sends what asks for it as %s to localhost, with method, path and query, before any cookie is set',
    async (name) => {
      const answer = await ask(demo, {
        method: 'POST',
        path: '/login?from=there',
        host: `${name}:${demo.port}`,
      });

      expect(answer).toEqual({
        status: 307,
        location: `${demo.url}/login?from=there`,
        cookies: undefined,
      });
    },
  );

  it('takes the target of a redirect from its configuration, never from the request', async () => {
    const host = `127.0.0.1:${demo.port}`;

    expect(await ask(demo, { path: '//evil.example/', host })).toMatchObject({
      status: 307,
      location: `${demo.url}//evil.example/`,
    });
    expect(await ask(demo, { path: 'http://evil.example/', host })).toMatchObject({ location: undefined });
    expect(await ask(demo, { path: '/', host: 'evil.example' })).toMatchObject({
      status: 200,
      location: undefined,
    });
  });

  it('listens on 127.0.0.1 and nowhere else', async () => {
    const socket = connect(demo.port, '127.0.0.2');
    await expect(once(socket, 'connect')).rejects.toMatchObject({
      code: expect.stringMatching(/^E(CONNREFUSED|ADDRNOTAVAIL|HOSTUNREACH|NETUNREACH)$/),
    });
  });

  it('prints no addresses, cookies or tokens while people come and go', async () => {
    const browser = await signIn(demo);
    await browser.postForm('/logout');

    expect(demo.output.stdout.split('Stop it with Ctrl+C.')[1]).toBe('\n\n');
    expect(demo.output.stderr).toBe('');
  });
});

describe('the demo started again', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends on %s with connections open, and finds everybody signed in when it is back',
    async (signal) => {
      const first = await startDemo();
      const browser = await signIn(first);
      // As a browser does that looks at the demo and at the inbox.
      const idle = connect(first.port, '127.0.0.1');
      idle.on('error', () => undefined);
      await once(idle, 'connect');
      const watching = await fetch(`${first.emulatorUrl}/__emulator/inbox/changes`);

      expect(await first.stop(signal)).toEqual({ exitCode: null, signal });
      idle.destroy();
      await watching.body?.cancel().catch(() => undefined);

      const { directory, port } = first;
      const emulatorPort = Number(new URL(first.emulatorUrl).port);
      const second = await startDemo({ directory, port, emulatorPort });
      expect((await browser.get('/dashboard')).status).toBe(200);
      await second.stop();
    },
    patienceMs,
  );
});

describe('the demo with the credentials of a Stytch project', () => {
  it.each(['the environment', 'a file named .env'])(
    'takes them from %s and starts no emulator',
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
  Demo           ${demo.url}
  Stytch         the project named by STYTCH_PROJECT_ID
  Redirect URL   ${demo.url}/authenticate (register it there, for login and sign-up)

  Stop it with Ctrl+C.

`,
        stderr: '',
      });
      expect(existsSync(join(directory, '.stytch-emulator'))).toBe(false);
      await expect(fetch(demo.emulatorUrl)).rejects.toThrow('fetch failed');

      const browser = new TestBrowser(demo.url);
      expect((await browser.postJson('/login', { email })).status).toBe(202);
      expect(stytch.messages.latest({ to: email })).toMatchObject({ to: email });
      expect((await browser.visit('/check-your-inbox')).text).not.toContain('Open the inbox');

      await demo.stop();
      await stytch.close();
    },
    patienceMs,
  );

  it(
    'sends people to STYTCH_APP_URL',
    async () => {
      const demo = await startDemo({ variables: { STYTCH_APP_URL: 'https://app.example.com/' } });

      expect(demo.output.stdout).toContain('Demo       https://app.example.com  ');
      // Behind a proxy the host name is the proxy's business.
      expect(await ask(demo, { path: '/', host: `127.0.0.1:${demo.port}` })).toMatchObject({ status: 200 });
      await demo.stop();
    },
    patienceMs,
  );
});

/** A request with a Host header of one's own, which fetch does not allow. */
async function ask(demo: RunningDemo, asked: { method?: string; path: string; host: string }) {
  const { method = 'GET', path, host } = asked;
  const sent = request({
    hostname: '127.0.0.1',
    port: demo.port,
    method,
    path,
    headers: { host },
    agent: false,
  });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  const { location, 'set-cookie': cookies } = response.headers;
  return { status: response.statusCode, location, cookies };
}
