import { emulatorUnderTest } from './emulator.js';

const deadlineMs = 250;

describe('a fault', () => {
  const emulator = emulatorUnderTest();
  const path = () => `/v1/sessions/jwks/${emulator().projectId}`;
  const get = () =>
    fetch(emulator().url + path(), { redirect: 'manual', signal: AbortSignal.timeout(deadlineMs) });

  it('of kind hang sends no response', async () => {
    emulator().faults.add({ kind: 'hang' });
    await expect(get()).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(emulator().requests.list()).toMatchObject([{ path: path(), status: null }]);
  });

  it('of kind reset resets the connection', async () => {
    emulator().faults.add({ kind: 'reset' });
    await expect(get()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(emulator().requests.list()).toMatchObject([{ path: path(), status: null }]);
  });

  it('of kind stall-body sends half of the body', async () => {
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

  it('of kind drip sends the body one byte at a time', async () => {
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

  it('of kind drip sends the complete body in the end', async () => {
    emulator().faults.add({ kind: 'drip', ms: 0 });
    const response = await fetch(emulator().url + path());
    expect(await response.json()).toMatchObject({ status_code: 200 });
  });

  it('of kind delay sends the response later', async () => {
    emulator().faults.add({ kind: 'delay', ms: deadlineMs * 2, times: 1 });
    await expect(get()).rejects.toMatchObject({ name: 'TimeoutError' });
    expect((await get()).status).toBe(200);
  });

  it('of kind status replaces the response', async () => {
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

  it('of kind status sends no body with status 204', async () => {
    emulator().faults.add({ kind: 'status', status: 204, body: 'ignored' });
    expect((await get()).status).toBe(204);
  });

  it('of kind redirect sends a redirect', async () => {
    emulator().faults.add({ kind: 'redirect', to: 'http://127.0.0.1:9/', status: 307 });
    const response = await get();
    expect(response.status).toBe(307);
    expect(response.headers.get('location')).toBe('http://127.0.0.1:9/');
  });

  it('applies only to matching requests, and at most the given number of times', async () => {
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

  it('of kind stall-body lets the operation run', async () => {
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
    ['an invalid status', { kind: 'status', status: 1000 }],
    ['a missing status', { kind: 'status' }],
    ['an object as body', { kind: 'status', status: 500, body: {} }],
    ['an array as headers', { kind: 'status', status: 500, headers: ['x'] }],
    ['a missing delay', { kind: 'delay' }],
    ['a missing redirect target', { kind: 'redirect' }],
    ['times of zero', { kind: 'hang', times: 0 }],
    ['a number as path', { kind: 'hang', path: 5 }],
  ])('is rejected with %s', (_case, fault) => {
    expect(() => emulator().faults.add(fault as never)).toThrow(/^Invalid fault: /);
  });
});

describe('close', () => {
  const emulator = emulatorUnderTest();

  it('does not wait for a request that hangs', async () => {
    emulator().faults.add({ kind: 'hang' });
    const hanging = expect(fetch(`${emulator().url}/v1/users/x`)).rejects.toThrow();
    await fetch(`${emulator().url}/__emulator/v1/requests`);
    const startedMs = performance.now();
    await emulator().close();
    await hanging;
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });
});
