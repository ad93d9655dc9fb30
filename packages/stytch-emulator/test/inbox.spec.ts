import { call, emulatorUnderTest, mailedToken, sentCode } from './emulator.js';

describe('the inbox', () => {
  const emulator = emulatorUnderTest();
  const page = async (query = '') => (await fetch(emulator().inboxUrl + query)).text();
  const items = (html: string) =>
    html
      .split('<li class="message')
      .slice(1)
      .map((item) => item.split('</li>')[0]!);
  const textOf = (item: string | undefined) =>
    (item ?? '')
      .replace(/^[^>]*>/, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
  const pane = (html: string) => html.split('<section id="pane"')[1]!.split('</section>')[0]!;
  const submit = (action: string, form: Record<string, string> = {}) =>
    fetch(`${emulator().url}/__emulator/inbox/${action}`, {
      method: 'POST',
      body: new URLSearchParams(form),
      redirect: 'manual',
    });

  it('shows the configuration while it is empty', async () => {
    const html = await page();
    expect(html).toContain('No messages yet');
    expect(html).toContain(
      [
        `STYTCH_API_URL=&quot;${emulator().url}&quot;`,
        `STYTCH_PROJECT_ID=&quot;${emulator().projectId}&quot;`,
        `STYTCH_PUBLIC_TOKEN=&quot;${emulator().publicToken}&quot;`,
      ].join('\n'),
    );
    expect(html).not.toContain(emulator().secret);
  });

  it('lists recipient, subject, age and code of each message, newest first', async () => {
    await mailedToken(emulator(), 'ada@example.com');
    emulator().clock.advance({ minutes: 12 });
    const { code } = await sentCode(emulator(), 'sms', '+12025550123');

    const [newest, oldest] = items(await page());

    expect(textOf(newest)).toBe(`SMS to +12025550123 now Signup code ${code}`);
    expect(textOf(oldest)).toBe('Email to ada@example.com 12 min Confirm your email address');
  });

  it('shows the newest message, or the selected one', async () => {
    await mailedToken(emulator(), 'ada@example.com');
    await mailedToken(emulator(), 'grace@example.com');
    const [first, second] = emulator().messages.list({ kind: 'link' });

    expect(pane(await page())).toContain(second!.token);
    const selected = pane(await page(`?message=${first!.id}`));
    expect(selected).toContain('>Confirm<');
    expect(selected).toContain(
      `href="${first!.link.replaceAll('&', '&amp;')}" target="_blank" rel="noopener"`,
    );
    expect(pane(await page('?message=message-test-none'))).toContain('This message was deleted.');
  });

  it('shows text messages with their code', async () => {
    const { code } = await sentCode(emulator(), 'whatsapp', '+12025550123', { expiration_minutes: 1 });
    expect(pane(await page())).toContain(
      `<div class="bubble whatsapp"><p>${code} is your code. It expires in 1 minute.</p></div>`,
    );
  });

  it('shows whether a link or a code is pending, used, expired or replaced', async () => {
    await call(emulator(), 'POST /v1/users', { email: 'ada@example.com' });
    const token = await mailedToken(emulator(), 'ada@example.com');
    await mailedToken(emulator(), 'ada@example.com', { login_expiration_minutes: 5 });
    await sentCode(emulator(), 'sms', '+12025550123');
    await sentCode(emulator(), 'sms', '+12025550123');
    const states = () =>
      Promise.all(
        emulator()
          .messages.list()
          .map(async ({ id }) => /class="tag \w+">([^<]+)/.exec(await page(`?message=${id}`))?.[1]),
      );
    expect(await states()).toEqual([
      expect.stringMatching(/^Works for (59|60) minutes$/),
      expect.stringMatching(/^Works for [45] minutes$/),
      'Replaced by a newer code',
      expect.stringMatching(/^Works for [12] minutes?$/),
    ]);

    await call(emulator(), 'POST /v1/magic_links/authenticate', { token });
    emulator().clock.advance({ minutes: 6 });

    expect(await states()).toEqual(['Used', 'Expired', 'Replaced by a newer code', 'Expired']);
  });

  it.each([
    ['GRACE', ['grace@example.com']],
    ['sms code', ['+12025550123']],
    ['example.com confirm', ['grace@example.com', 'ada@example.com']],
    ['<b>', []],
  ])('finds the messages that contain all words of “%s”', async (search, recipients) => {
    await mailedToken(emulator(), 'ada@example.com');
    await mailedToken(emulator(), 'grace@example.com');
    await sentCode(emulator(), 'sms', '+12025550123');

    const html = await page(`?q=${encodeURIComponent(search)}`);

    expect(items(html).map((item) => /class="to">([^<]+)/.exec(item)?.[1])).toEqual(recipients);
    expect(html).toContain(`value="${search.replace('<', '&lt;').replace('>', '&gt;')}"`);
    if (recipients.length === 0) expect(html).toContain('No message matches “&lt;b&gt;”.');
  });

  it('deletes one message and keeps the search', async () => {
    await mailedToken(emulator(), 'ada@example.com');
    await mailedToken(emulator(), 'grace@example.com');
    const [first, second] = emulator().messages.list();

    const response = await submit('delete', { id: first!.id, q: 'example' });

    expect([response.status, response.headers.get('location')]).toEqual([303, '/?q=example']);
    expect(emulator().messages.list()).toEqual([second]);
    expect((await submit('delete', { id: 'message-test-none' })).status).toBe(303);
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
      expect(source).toMatch(/^\/__emulator\//);
      expect((await fetch(emulator().url + source!)).status).toBe(200);
    }
    expect(sources).toHaveLength(4);
  });

  it('reloads itself without JavaScript, except while somebody reads or searches', async () => {
    const reload = '<noscript><meta http-equiv="refresh" content="10"></noscript>';
    await mailedToken(emulator(), 'ada@example.com');
    expect(await page()).toContain(reload);
    expect(await page('?q=ada')).not.toContain(reload);
    expect(await page(`?message=${emulator().messages.latest()!.id}`)).not.toContain(reload);
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
    const response = await submit('clear');
    expect([response.status, response.headers.get('location')]).toEqual([303, '/']);
    expect(emulator().messages.list()).toEqual([]);
  });
});
