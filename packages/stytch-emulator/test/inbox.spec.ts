import { call, emulatorUnderTest, mailedToken } from './emulator.js';

describe('the inbox', () => {
  const emulator = emulatorUnderTest();
  const page = async () => (await fetch(emulator().inboxUrl)).text();
  const items = (html: string) => html.split('<li id="message-').slice(1);

  it('shows the configuration while it is empty', async () => {
    const html = await page();
    expect(html).toContain('No emails yet');
    expect(html).toContain(`STYTCH_API_URL=&quot;${emulator().url}&quot;`.replaceAll('&quot;', '"'));
    expect(html).toContain(emulator().projectId);
    expect(html).not.toContain(emulator().secret);
  });

  it('shows recipient, type, age and link of each message, newest first', async () => {
    await mailedToken(emulator(), 'ada@example.com');
    emulator().clock.advance({ minutes: 12 });
    await mailedToken(emulator(), 'grace@example.com');

    const [newest, oldest] = items(await page());

    expect(newest).toContain('grace@example.com');
    expect(newest).toContain('just now');
    expect(oldest).toContain('ada@example.com');
    expect(oldest).toContain('12 minutes ago');
    expect(oldest).toContain('Signup link');
    const { link } = emulator().messages.list({ kind: 'link' })[0]!;
    expect(oldest).toContain(`href="${link.replaceAll('&', '&amp;')}" target="_blank" rel="noopener"`);
  });

  it('shows whether each link is pending, used or expired', async () => {
    await call(emulator(), 'POST /v1/users', { email: 'ada@example.com' });
    const token = await mailedToken(emulator(), 'ada@example.com');
    await mailedToken(emulator(), 'ada@example.com', { login_expiration_minutes: 5 });
    expect(items(await page()).map((item) => /Works for [^<]+/.exec(item)?.[0])).toEqual([
      expect.stringMatching(/^Works for [45] minutes$/),
      expect.stringMatching(/^Works for (59|60) minutes$/),
    ]);

    await call(emulator(), 'POST /v1/magic_links/authenticate', { token });
    emulator().clock.advance({ minutes: 6 });

    const [second, first] = items(await page());
    expect(first).toContain('>Used<');
    expect(second).toContain('>Expired<');
  });

  it('escapes addresses and URLs', async () => {
    await call(emulator(), 'POST /v1/magic_links/email/login_or_create', {
      email: `"'&@example.com`.replace('"', ''),
      signup_magic_link_url: 'http://localhost:3000/<script>alert(1)</script>',
    });
    const html = await page();
    expect(html).toContain('&#39;&amp;@example.com');
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toContain('<script>');
  });

  it('loads only its own scripts and styles, and cannot be framed', async () => {
    const response = await fetch(emulator().inboxUrl);
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    const sources = [...(await response.text()).matchAll(/<(?:script|link)[^>]+(?:src|href)="([^"]+)"/g)];
    for (const [, source] of sources) {
      expect(source).toMatch(/^\/__emulator\/inbox\//);
      expect((await fetch(emulator().url + source!)).status).toBe(200);
    }
    expect(sources).toHaveLength(3);
  });

  it('reloads itself without JavaScript', async () => {
    expect(await page()).toContain('<noscript><meta http-equiv="refresh" content="5"></noscript>');
  });

  it('sends an event on every change', async () => {
    const changes = await fetch(`${emulator().url}/__emulator/inbox/changes`);
    expect(changes.headers.get('content-type')).toBe('text/event-stream');
    const events = changes.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect(await events.read()).toEqual({ done: false, value: 'retry: 1000\n\n' });

    await mailedToken(emulator(), 'ada@example.com');
    expect(await events.read()).toEqual({ done: false, value: 'data: changed\n\n' });
    await events.cancel();
  });

  it('deletes all messages with its button', async () => {
    await mailedToken(emulator(), 'ada@example.com');
    const response = await fetch(`${emulator().url}/__emulator/inbox/clear`, {
      method: 'POST',
      redirect: 'manual',
    });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/');
    expect(emulator().messages.list()).toEqual([]);
  });
});
