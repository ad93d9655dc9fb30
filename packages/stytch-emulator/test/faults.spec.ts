import { emulatorUnderTest } from './emulator.js';

const deadlineMs = 250;

describe('a client with a deadline sees', () => {
  const emulator = emulatorUnderTest();
  const path = () => `/v1/sessions/jwks/${emulator().projectId}`;
  const get = () =>
    fetch(emulator().url + path(), { redirect: 'manual', signal: AbortSignal.timeout(deadlineMs) });

  it('no answer at all', async () => {
    emulator().faults.add({ kind: 'hang' });
    await expect(get()).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(emulator().requests.list()).toMatchObject([{ path: path(), status: null }]);
  });

  it('a connection that is reset', async () => {
    emulator().faults.add({ kind: 'reset' });
    await expect(get()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(emulator().requests.list()).toMatchObject([{ path: path(), status: null }]);
  });

  it('an answer that begins and never ends', async () => {
    emulator().faults.add({ kind: 'stall-body' });
    const response = await get();
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(500);
    const { value } = await response.body!.getReader().read();
    expect(Buffer.from(value as Uint8Array).toString()).toMatch(/^\{"keys":\[/);
    response.body!.cancel().catch(() => undefined);

    const again = await get();
    await expect(again.text()).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('an answer that drips, a byte at a time', async () => {
    emulator().faults.add({ kind: 'drip', ms: 5 });
    const response = await get();
    let received = '';
    const reading = (async () => {
      for await (const bytes of response.body!) received += Buffer.from(bytes as Uint8Array).toString();
    })();
    await expect(reading).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(received.length).toBeGreaterThan(1);
    expect(received.length).toBeLessThanOrEqual(deadlineMs / 5 + 5);
  });

  it('a dripping answer whole, when it has the patience', async () => {
    emulator().faults.add({ kind: 'drip', ms: 0 });
    const response = await fetch(emulator().url + path());
    expect(await response.json()).toMatchObject({ status_code: 200 });
  });

  it('a late answer', async () => {
    emulator().faults.add({ kind: 'delay', ms: deadlineMs * 2, times: 1 });
    await expect(get()).rejects.toMatchObject({ name: 'TimeoutError' });
    expect((await get()).status).toBe(200);
  });

  it('the answer of something in between', async () => {
    emulator().faults.add({
      kind: 'status',
      status: 503,
      body: '<h1>Busy</h1>',
      contentType: 'text/html',
      headers: { 'retry-after': '7' },
    });
    const response = await get();
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('text/html');
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.text()).toBe('<h1>Busy</h1>');
  });

  it('a status that has no body', async () => {
    emulator().faults.add({ kind: 'status', status: 204, body: 'ignored' });
    expect((await get()).status).toBe(204);
  });

  it('a redirect', async () => {
    emulator().faults.add({ kind: 'redirect', to: 'http://127.0.0.1:9/', status: 307 });
    const response = await get();
    expect(response.status).toBe(307);
    expect(response.headers.get('location')).toBe('http://127.0.0.1:9/');
  });

  it('a fault only where it was planned, as often as it was planned', async () => {
    const { remove } = emulator().faults.add({
      kind: 'status',
      status: 500,
      path: '/v1/sessions/jwks/*',
      times: 2,
    });
    emulator().faults.add({ kind: 'status', status: 418, method: 'POST' });
    emulator().faults.add({ kind: 'status', status: 418, path: '/v1/sessions' });

    expect((await get()).status).toBe(500);
    remove();
    expect((await get()).status).toBe(200);
    const post = await fetch(emulator().url + path(), { method: 'POST' });
    expect(post.status).toBe(418);
  });

  it('that the operation was carried out although its answer got lost', async () => {
    emulator().faults.add({ kind: 'stall-body', path: '/v1/magic_links/email/login_or_create' });
    const sending = await fetch(`${emulator().url}/v1/magic_links/email/login_or_create`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${emulator().projectId}:${emulator().secret}`)}` },
      body: '{"email":"ada@example.com"}',
      signal: AbortSignal.timeout(deadlineMs),
    });
    await expect(sending.text()).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(emulator().messages.list()).toHaveLength(1);
  });

  it.each([
    ['an unknown kind', { kind: 'explode' }],
    ['a status that is none', { kind: 'status', status: 1000 }],
    ['no status', { kind: 'status' }],
    ['a body that is an object', { kind: 'status', status: 500, body: {} }],
    ['headers that are a list', { kind: 'status', status: 500, headers: ['x'] }],
    ['no delay', { kind: 'delay' }],
    ['no target', { kind: 'redirect' }],
    ['no times', { kind: 'hang', times: 0 }],
    ['a path that is a number', { kind: 'hang', path: 5 }],
  ])('never %s: it is refused when it is planned', (_case, fault) => {
    expect(() => emulator().faults.add(fault as never)).toThrow(/^Not a fault: /);
  });
});

describe('closing', () => {
  const emulator = emulatorUnderTest();

  it('does not wait for what hangs', async () => {
    emulator().faults.add({ kind: 'hang' });
    const hanging = expect(fetch(`${emulator().url}/v1/users/x`)).rejects.toThrow();
    await fetch(`${emulator().url}/__emulator/v1/requests`);
    const startedMs = performance.now();
    await emulator().close();
    await hanging;
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });
});
