import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FaultEffect } from 'stytch-emulator';
import { OrdersController } from '../support/orders.controller.js';
import { defaultRetryAfter, refusalBody } from '../support/refusals.js';
import { authenticateResponse, jsonResponse, stytchError } from '../support/stytch-faults.js';
import {
  browserWithExpiredJwt,
  callsTo,
  jwtCookie,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { describeProducts } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';
import { withinDeadline } from '../support/within-deadline.js';

const unavailable = refusalBody('stytch_unavailable');

const faults: [string, FaultEffect][] = [
  ['hangs', { kind: 'hang' }],
  ['resets the connection', { kind: 'reset' }],
  ['stops in the middle of the body', { kind: 'stall-body' }],
  ['sends one byte at a time', { kind: 'drip', ms: 100 }],
  ['responds 500', stytchError(500, 'internal_server_error')],
  ['responds 502 in HTML', { kind: 'status', status: 502, contentType: 'text/html', body: '<h1>Bad</h1>' }],
  ['responds 503 without a body', { kind: 'status', status: 503 }],
  ['responds 429 in HTML', { kind: 'status', status: 429, contentType: 'text/html', body: '<h1>Slow</h1>' }],
  ['rejects the secret of the application', stytchError(401, 'unauthorized_credentials')],
  ['rejects the project of the application', stytchError(400, 'invalid_project_id_authentication')],
  ['rejects the IP address of the application', stytchError(403, 'ip_address_blocked')],
  ['responds 400 without an error type', jsonResponse('{}', 400)],
  ['responds 404 in HTML', { kind: 'status', status: 404, contentType: 'text/html', body: 'Not found' }],
  ['responds 200 with truncated JSON', jsonResponse('{"session_jwt": "ey')],
  [
    'responds 200 with an HTML page',
    { kind: 'status', status: 200, contentType: 'text/html', body: '<html>Welcome</html>' },
  ],
  ['responds 200 with {}', jsonResponse('{}')],
  ['responds 200 with null', jsonResponse('null')],
  ['responds 200 with []', jsonResponse('[]')],
  ['responds 200 with a string', jsonResponse('"fine"')],
  ['responds 200 without a JWT', jsonResponse(authenticateResponse({}))],
  ['responds 200 with a malformed JWT', jsonResponse(authenticateResponse({ session_jwt: 'a.b.c' }))],
  [
    'responds with one megabyte',
    jsonResponse(JSON.stringify({ status_code: 200, request_id: 'x'.repeat(1_000_000) })),
  ],
];

describeProducts('an expired JWT during an outage', (product) => {
  const stage = useApplication({
    product,
    controllers: [OrdersController],
    options: { http: { deadlineMs: 300 } },
  });

  it.each(faults)('is refused with 503 and its cookies are kept when Stytch %s', async (_, fault) => {
    const { browser } = await browserWithExpiredJwt(stage);
    const before = new Map(browser.cookies);
    stage.emulator.faults.add({ ...fault, path: '/v1/sessions/authenticate' });

    const response = await withinDeadline(browser.get('/orders'));

    expect([response.status, response.json()]).toEqual([503, unavailable]);
    expect(response.headers.get('retry-after')).toEqual(defaultRetryAfter);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(response.setCookies).toEqual([]);
    expect(browser.cookies).toEqual(before);
  });

  it('is accepted again as soon as Stytch responds', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({ kind: 'reset', path: '/v1/sessions/authenticate' });
    const during = await browser.get('/orders');
    stage.emulator.faults.clear();
    stage.emulator.clock.advance({ seconds: 30 });

    const after = await browser.get('/orders');

    expect([during.status, after.status]).toEqual([503, 200]);
  });

  it('gets the Retry-After that Stytch sent', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({
      ...stytchError(429, 'too_many_requests', { headers: { 'retry-after': '7' } }),
      path: '/v1/sessions/authenticate',
    });

    const response = await browser.get('/orders');

    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
    expect(response.setCookies).toEqual([]);
  });

  it('does not redirect a page navigation to the login page: responds 503', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({ kind: 'reset', path: '/v1/sessions/authenticate' });

    const response = await browser.visit('/orders');

    expect([response.status, response.headers.get('location'), response.setCookies]).toEqual([503, null, []]);
  });

  it.each([301, 302, 307, 308])('is not sent to another host by a %d redirect', async (status) => {
    const paths: string[] = [];
    const otherHost = createServer((request, response) => {
      paths.push(request.url ?? '');
      response.end('{}');
    });
    await new Promise<void>((resolve) => otherHost.listen(0, '127.0.0.1', resolve));
    const to = `http://127.0.0.1:${(otherHost.address() as AddressInfo).port}/v1/sessions/authenticate`;
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({ kind: 'redirect', to, status, path: '/v1/sessions/authenticate' });

    const response = await browser.get('/orders');

    expect([response.status, response.json(), response.setCookies]).toEqual([503, unavailable, []]);
    expect(paths).toEqual([]);
    otherHost.close();
  });

  it.each(['another session of the same user', 'a session of another user'])(
    'is refused with 503 when the refresh returns %s',
    async (what) => {
      const { browser } = await browserWithExpiredJwt(stage);
      const email = what.includes('same') ? 'ada@example.com' : 'grace@example.com';
      const { session_jwt, session_token } = await stage.emulator.sessions.create({ email });
      const refresh = jsonResponse(authenticateResponse({ session_jwt, session_token }));
      stage.emulator.faults.add({ ...refresh, path: '/v1/sessions/authenticate' });

      const response = await browser.get('/orders');

      expect([response.status, response.json(), response.setCookies]).toEqual([503, unavailable, []]);
    },
  );

  it('does not affect sessions with a fresh JWT', async () => {
    const { browser } = await signedInBrowser(stage);
    stage.emulator.faults.add({ kind: 'hang' });

    const response = await browser.get('/orders');

    expect([response.status, response.setCookies, callsTo(stage.emulator)]).toEqual([200, [], []]);
  });

  it('does not change the 401 for a missing or forged cookie', async () => {
    const forged = { cookie: `${jwtCookie}=a.b.c; ${tokenCookie}=${'x'.repeat(44)}` };
    stage.emulator.faults.add({ kind: 'hang' });

    const anonymous = await stage.application.browser().get('/orders');
    const forger = await stage.application.browser().get('/orders', forged);

    expect([anonymous.status, forger.status]).toEqual([401, 401]);
  });
});
