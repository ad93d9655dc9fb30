import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FaultEffect } from 'stytch-emulator';
import { OrdersController } from '../support/orders.controller.js';
import {
  browserWithExpiredJwt,
  callsTo,
  jwtCookie,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { unavailable } from '../support/unavailable.js';
import { useApplication } from '../support/use-application.js';

const json = 'application/json';
const errorOfStytch = (status: number, errorType: string): FaultEffect => ({
  kind: 'status',
  status,
  contentType: json,
  body: JSON.stringify({
    status_code: status,
    request_id: 'request-id-test-1',
    error_type: errorType,
    error_message: 'secret-test-of-nobody',
    error_url: 'https://stytch.com/docs/api/errors',
  }),
});
const ok = (body: string, contentType = json): FaultEffect => ({
  kind: 'status',
  status: 200,
  contentType,
  body,
});

const faults: [string, FaultEffect][] = [
  ['hangs', { kind: 'hang' }],
  ['resets the connection', { kind: 'reset' }],
  ['stalls within the body', { kind: 'stall-body' }],
  ['drips a byte at a time', { kind: 'drip', ms: 100 }],
  ['answers 500', errorOfStytch(500, 'internal_server_error')],
  ['answers 502 in HTML', { kind: 'status', status: 502, contentType: 'text/html', body: '<h1>Bad</h1>' }],
  ['answers 503 and nothing', { kind: 'status', status: 503 }],
  ['answers 429 in HTML', { kind: 'status', status: 429, contentType: 'text/html', body: '<h1>Slow</h1>' }],
  ['refuses our own secret', errorOfStytch(401, 'unauthorized_credentials')],
  ['refuses our own project', errorOfStytch(400, 'invalid_project_id_authentication')],
  ['refuses for a reason that says nothing of the session', errorOfStytch(403, 'ip_address_blocked')],
  ['refuses without a reason', { kind: 'status', status: 400, contentType: json, body: '{}' }],
  ['knows no such route', { kind: 'status', status: 404, contentType: 'text/html', body: 'Not found' }],
  ['answers 200 with half of a JSON text', ok('{"session_jwt": "ey')],
  ['answers 200 with a portal of HTML', ok('<html>Welcome to the hotel</html>', 'text/html')],
  ['answers 200 with {}', ok('{}')],
  ['answers 200 with null', ok('null')],
  ['answers 200 with []', ok('[]')],
  ['answers 200 with a text', ok('"fine"')],
  ['answers 200 without a JWT', ok('{"status_code":200,"request_id":"request-id-test-1"}')],
  [
    'answers 200 with a JWT that is none',
    ok('{"status_code":200,"request_id":"request-id-test-1","session_jwt":"a.b.c"}'),
  ],
  ['answers with a megabyte', ok(JSON.stringify({ status_code: 200, request_id: 'x'.repeat(1_000_000) }))],
];

describePlatforms('an expired JWT while Stytch misbehaves', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [OrdersController],
    options: { http: { deadlineMs: 300 } },
  });

  it.each(faults)('is 503 and touches no cookie: Stytch %s', async (_, fault) => {
    const { browser } = await browserWithExpiredJwt(stage);
    const before = new Map(browser.cookies);
    stage.emulator.faults.add({ ...fault, path: '/v1/sessions/authenticate' });
    const began = performance.now();

    const answer = await browser.get('/orders');

    expect(performance.now() - began).toBeLessThan(1500);
    expect([answer.status, answer.json()]).toEqual([503, unavailable]);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('www-authenticate')).toBeNull();
    expect(answer.setCookies).toEqual([]);
    expect(browser.cookies).toEqual(before);
  });

  it('is let in again as soon as Stytch answers', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({ kind: 'reset', path: '/v1/sessions/authenticate' });
    const during = await browser.get('/orders');
    stage.emulator.faults.clear();
    stage.emulator.clock.advance({ seconds: 30 });

    const after = await browser.get('/orders');

    expect([during.status, after.status]).toEqual([503, 200]);
  });

  it('is told when to try again where Stytch told us', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({
      ...(errorOfStytch(429, 'too_many_requests') as FaultEffect & { kind: 'status' }),
      headers: { 'retry-after': '7' },
      path: '/v1/sessions/authenticate',
    });

    const answer = await browser.get('/orders');

    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7']);
    expect(answer.setCookies).toEqual([]);
  });

  it('is no reason to send a person to the login page', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({ kind: 'reset', path: '/v1/sessions/authenticate' });

    const answer = await browser.visit('/orders');

    expect([answer.status, answer.headers.get('location'), answer.setCookies]).toEqual([503, null, []]);
  });

  it.each([301, 302, 307, 308])('is carried to no other host by a redirect (%d)', async (status) => {
    const seen: string[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(request.url ?? '');
      response.end('{}');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const to = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/v1/sessions/authenticate`;
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({ kind: 'redirect', to, status, path: '/v1/sessions/authenticate' });

    const answer = await browser.get('/orders');

    expect([answer.status, answer.json(), answer.setCookies]).toEqual([503, unavailable, []]);
    expect(seen).toEqual([]);
    elsewhere.close();
  });

  it.each(['another session of the same person', 'a session of somebody else'])(
    'never becomes %s',
    async (what) => {
      const { browser } = await browserWithExpiredJwt(stage);
      const email = what.includes('same') ? 'ada@example.com' : 'grace@example.com';
      const { session_jwt, session_token } = await stage.emulator.sessions.create({ email });
      const body = { status_code: 200, request_id: 'request-id-test-1', session_jwt, session_token };
      stage.emulator.faults.add({ ...ok(JSON.stringify(body)), path: '/v1/sessions/authenticate' });

      const answer = await browser.get('/orders');

      expect([answer.status, answer.json(), answer.setCookies]).toEqual([503, unavailable, []]);
    },
  );

  it('does not concern whoever has a fresh JWT', async () => {
    const { browser } = await signedInBrowser(stage);
    stage.emulator.faults.add({ kind: 'hang' });

    const answer = await browser.get('/orders');

    expect([answer.status, answer.setCookies, callsTo(stage.emulator)]).toEqual([200, [], []]);
  });

  it('is not the same as no cookie or a forged one: 401 still', async () => {
    const forged = { cookie: `${jwtCookie}=a.b.c; ${tokenCookie}=${'x'.repeat(44)}` };
    stage.emulator.faults.add({ kind: 'hang' });

    const anonymous = await stage.application.browser().get('/orders');
    const forger = await stage.application.browser().get('/orders', forged);

    expect([anonymous.status, forger.status]).toEqual([401, 401]);
  });
});
