import type { FaultEffect } from 'stytch-emulator';
import { OrdersController } from '../support/orders.controller.js';
import { refusalBody } from '../support/refusals.js';
import { callsTo, keepSession, jwtCookie } from '../support/sessions.js';
import { jsonResponse, stytchError } from '../support/stytch-faults.js';
import type { ApplicationUnderTest } from '../support/start-application.js';
import { useEmulator } from '../support/use-application.js';
import { withinDeadline } from '../support/within-deadline.js';

const faults: [string, FaultEffect][] = [
  ['hang', { kind: 'hang' }],
  ['are reset', { kind: 'reset' }],
  ['stall', { kind: 'stall-body' }],
  ['get a 500 response', stytchError(500, 'internal_server_error')],
  ['are HTML', { kind: 'status', status: 200, contentType: 'text/html', body: '<html>' }],
  ['are an empty set', jsonResponse('{"keys":[]}')],
  ['are null', jsonResponse('null')],
  ['are weak', jsonResponse('{"keys":[{"kty":"RSA","kid":"1","n":"AQAB","e":"AQAB"}]}')],
  ['contain a private key', jsonResponse('{"keys":[{"kty":"RSA","kid":"1","n":"A","e":"AQAB","d":"A"}]}')],
];

describe('signing keys that cannot be fetched', () => {
  const stage = useEmulator();
  let application: ApplicationUnderTest;

  const start = (deadlineMs = 200) =>
    stage.start({ controllers: [OrdersController], options: { http: { deadlineMs } } });
  const keyFetches = () => stage.emulator.requests.list().length - callsTo(stage.emulator).length;
  async function browserWith(email = 'ada@example.com') {
    const browser = application.browser();
    keepSession(browser, await stage.emulator.sessions.create({ email }));
    return browser;
  }
  /** Waits until the keys have been fetched. */
  const warm = async () => {
    expect((await (await browserWith()).get('/orders')).status).toBe(200);
  };

  it.each(faults)(
    'from the start cause 503 for sessions and 401 for garbage: keys that %s',
    async (_, fault) => {
      stage.emulator.faults.add({ ...fault, path: '/v1/sessions/jwks/*' });
      application = await start();
      const browser = await browserWith();

      const response = await browser.get('/orders');
      const anonymous = await application.browser().get('/orders');
      const garbage = await application.browser().get('/orders', { cookie: `${jwtCookie}=a.b.c` });

      expect([response.status, anonymous.status, garbage.status]).toEqual([503, 401, 401]);
      expect(response.json()).toEqual(refusalBody('stytch_unavailable'));
      expect(response.setCookies).toEqual([]);
      expect(callsTo(stage.emulator)).toEqual([]);
    },
  );

  it('are not fetched again within five seconds, and then sessions are accepted', async () => {
    stage.emulator.faults.add({ ...stytchError(500, 'internal_server_error'), path: '/v1/sessions/jwks/*' });
    application = await start();
    const browser = await browserWith();
    for (let n = 0; n < 20; n += 1) expect((await browser.get('/orders')).status).toBe(503);
    expect(keyFetches()).toBe(1);

    stage.emulator.faults.clear();
    stage.emulator.clock.advance({ seconds: 6 });

    expect((await browser.get('/orders')).status).toBe(200);
    expect(keyFetches()).toBe(2);
  });

  it.each(faults)('leave the last valid keys in use for a day: keys that %s', async (_, fault) => {
    application = await start();
    await warm();
    stage.emulator.faults.add({ ...fault, path: '/v1/sessions/jwks/*' });
    stage.emulator.clock.advance({ hours: 23 });

    const browser = await browserWith();
    const response = await withinDeadline(browser.get('/orders'));

    expect(response.status).toBe(200);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('are not used when they are older than a day: responds 503 and keeps the cookies', async () => {
    application = await start();
    await warm();
    stage.emulator.faults.add({ ...stytchError(500, 'internal_server_error'), path: '/v1/sessions/jwks/*' });
    stage.emulator.clock.advance({ hours: 25 });

    const response = await (await browserWith()).get('/orders');

    expect([response.status, response.setCookies]).toEqual([503, []]);
  });

  it('are not fetched again within five minutes of a successful fetch', async () => {
    application = await start();
    await warm();
    stage.emulator.requests.clear();
    stage.emulator.clock.advance({ minutes: 4 });

    await warm();

    expect(keyFetches()).toBe(0);
  });
});
