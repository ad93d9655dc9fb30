import { jest } from '@jest/globals';
import { StytchHealth } from 'nestjs-stytch';
import { openTelemetry } from 'nestjs-stytch/opentelemetry';
import { CollectedTelemetry } from '../support/collected-telemetry.js';
import { linkAskedForBy } from '../support/links.js';
import { MeController } from '../support/me.controller.js';
import { browserWithExpiredJwt, jwtCookie, signedInBrowser, tokenCookie } from '../support/sessions.js';
import { until } from '../support/until.js';
import { useEmulator } from '../support/use-application.js';
import type { ApplicationUnderTest } from '../support/start-application.js';

const authenticate = '/v1/sessions/authenticate';
const requestId = expect.stringMatching(/^request-id-test-[0-9a-f-]+$/) as unknown;

describe('openTelemetry', () => {
  const stage = useEmulator();
  let telemetry: CollectedTelemetry;
  let application: ApplicationUnderTest;

  beforeEach(async () => {
    telemetry = new CollectedTelemetry();
    application = await stage.start({
      controllers: [MeController],
      configure: telemetry.traceRequests,
      options: {
        telemetry: openTelemetry(telemetry),
        // One sign-in call at a time.
        http: { deadlineMs: 500, maxConnections: 4 },
      },
    });
    await until(() => telemetry.callSpans().length > 0);
  });
  afterEach(async () => {
    await telemetry.shutDown();
  });

  /** The attributes of the server and of the operation. */
  const callTo = (operation: string) => ({
    'server.address': '127.0.0.1',
    'server.port': Number(new URL(stage.emulator.url).port),
    'stytch.operation': operation,
  });
  const refreshOf = async (email: string) => {
    const { browser } = await browserWithExpiredJwt({ ...stage, application }, { email });
    return (await browser.get('/me')).status;
  };
  const valueOf = async (metric: string, attributes: Record<string, unknown>) =>
    (await telemetry.metrics())[metric]?.series.find(
      (one) => JSON.stringify(one.attributes) === JSON.stringify(attributes),
    )?.value;

  it('exports these metrics with these units and attributes', async () => {
    const { browser } = await signedInBrowser({ ...stage, application });
    await browser.get('/me');
    await application.browser().get('/me');
    await refreshOf('ada@example.com');

    const metrics = await telemetry.metrics();
    const described = Object.entries(metrics).map(([name, { type, unit, series }]) => [
      name,
      type,
      unit,
      [...new Set(series.flatMap(({ attributes }) => Object.keys(attributes)))].join(' '),
    ]);
    expect(described).toEqual([
      ['stytch.decisions', 'SUM', '{decision}', 'stytch.result stytch.refusal.code'],
      ['stytch.session_jwt.verification.duration', 'HISTOGRAM', 's', 'stytch.result'],
      ['stytch.session.refresh.duration', 'HISTOGRAM', 's', 'stytch.result'],
      [
        'http.client.request.duration',
        'HISTOGRAM',
        's',
        'server.address server.port stytch.operation http.request.method http.response.status_code',
      ],
      ['stytch.calls.in_flight', 'GAUGE', '{call}', 'stytch.call.kind'],
      ['stytch.calls.waiting', 'GAUGE', '{call}', 'stytch.call.kind'],
      ['stytch.calls.limit', 'GAUGE', '{call}', 'stytch.call.kind'],
      ['stytch.circuit.state', 'GAUGE', '1', 'stytch.state'],
      ['stytch.signing_keys.count', 'GAUGE', '{key}', ''],
      ['stytch.signing_keys.age', 'GAUGE', 's', ''],
      ['stytch.channel.state', 'GAUGE', '1', 'stytch.state'],
      ['stytch.revocations.pending', 'GAUGE', '{revocation}', ''],
    ]);
    expect(metrics['stytch.decisions']?.series).toEqual([
      { attributes: { 'stytch.result': 'allowed' }, value: 2 },
      { attributes: { 'stytch.result': 'refused', 'stytch.refusal.code': 'session_missing' }, value: 1 },
    ]);
    expect(metrics['stytch.session.refresh.duration']?.series).toEqual([
      { attributes: { 'stytch.result': 'signed_in' }, value: 1 },
    ]);
    expect(metrics['stytch.circuit.state']?.series).toEqual(
      ['closed', 'open', 'half_open'].map((state) => ({
        attributes: { 'stytch.state': state },
        value: state === 'closed' ? 1 : 0,
      })),
    );
    expect(metrics['http.client.request.duration']?.series).toContainEqual({
      attributes: {
        ...callTo('sessions/authenticate'),
        'http.request.method': 'POST',
        'http.response.status_code': 200,
      },
      value: 1,
    });
  });

  it('exports a span for a refresh as a child of the span of the request', async () => {
    telemetry.forgetSpans();
    expect(await refreshOf('ada@example.com')).toBe(200);

    // The keys are old too, after the JWT has expired.
    expect(telemetry.callSpans()).toContainEqual({
      name: 'sessions/authenticate',
      kind: 'CLIENT',
      status: 'UNSET',
      attributes: {
        ...callTo('sessions/authenticate'),
        'stytch.call.kind': 'refresh',
        'http.request.method': 'POST',
        'http.response.status_code': 200,
        'stytch.request_id': requestId,
      },
      parent: '/me',
    });
  });

  it('exports a span for each call of a sign-in, of the request that waited for its turn', async () => {
    telemetry.forgetSpans();
    const paths = ['/auth/login?n=1', '/auth/login?n=2', '/auth/login?n=3'];
    await Promise.all(
      paths.map((path, n) => application.browser().postJson(path, { email: `n${n}@example.com` })),
    );

    const spans = telemetry.callSpans();
    expect(new Set(spans.map(({ name }) => name))).toEqual(new Set(['magic_links/email']));
    expect(spans.map(({ parent }) => parent).sort()).toEqual(paths);
  });

  it('exports the error of a call that Stytch rejects, that fails and that times out', async () => {
    const errorOf = async () => {
      telemetry.forgetSpans();
      await refreshOf('ada@example.com');
      const { status, attributes } = telemetry.callSpans().find(({ name }) => name.endsWith('authenticate'))!;
      return [status, attributes['http.response.status_code'], attributes['error.type']];
    };

    stage.emulator.faults.add({ kind: 'status', status: 500, path: authenticate });
    expect(await errorOf()).toEqual(['ERROR', 500, '500']);
    stage.emulator.faults.clear();
    stage.emulator.faults.add({ kind: 'hang', path: authenticate });
    expect(await errorOf()).toEqual(['ERROR', undefined, 'deadline']);
    stage.emulator.faults.clear();

    telemetry.forgetSpans();
    await application.browser().get('/me', { cookie: `${tokenCookie}=${'x'.repeat(43)}A` });
    expect(telemetry.callSpans()[0]).toMatchObject({
      status: 'ERROR',
      attributes: {
        'http.response.status_code': 404,
        'error.type': '404',
        'stytch.error_type': 'session_not_found',
        'stytch.request_id': requestId,
      },
    });
  });

  it('exports a span for each time that a call is sent', async () => {
    stage.emulator.faults.add({ kind: 'reset', path: authenticate, times: 1 });
    telemetry.forgetSpans();
    expect(await refreshOf('ada@example.com')).toBe(200);

    const refreshes = telemetry.callSpans().filter(({ name }) => name === 'sessions/authenticate');
    expect(
      refreshes.map(({ status, attributes, parent }) => [
        status,
        attributes['error.type'],
        attributes['http.request.resend_count'],
        parent,
      ]),
    ).toEqual([
      ['ERROR', 'connection', undefined, '/me'],
      ['UNSET', undefined, 1, '/me'],
    ]);
  });

  it('exports as many series for two hundred people as for ten', async () => {
    const visit = async (from: number, to: number) => {
      for (let n = from; n < to; n += 1) {
        const email = `n${n}@example.com`;
        const { browser } = await signedInBrowser({ ...stage, application }, { email });
        await browser.get('/me');
      }
    };
    await visit(0, 10);
    const before = await telemetry.seriesCount();
    await visit(10, 200);

    expect(await telemetry.seriesCount()).toBe(before);
    expect(await valueOf('stytch.decisions', { 'stytch.result': 'allowed' })).toBe(200);
  });

  it('exports no token, id of a person or a session, or email address', async () => {
    const { browser, callback } = await linkAskedForBy(
      { ...stage, application },
      { email: 'grace@example.com' },
    );
    await browser.visit(callback);
    const secrets = [
      browser.cookies.get(jwtCookie),
      browser.cookies.get(tokenCookie),
      new URL(callback, 'http://localhost').searchParams.get('token'),
      stage.emulator.sessions.list().at(-1)?.session_id,
      stage.emulator.sessions.list().at(-1)?.user_id,
      'grace@example.com',
      stage.emulator.projectId,
      stage.emulator.secret,
    ].map(String);
    stage.emulator.clock.advance({ minutes: 6 });
    await browser.get('/me');
    await browser.request('POST', '/auth/logout?everywhere=true');

    const exported = await telemetry.exported();
    expect(telemetry.callSpans().map(({ name }) => name)).toEqual(
      expect.arrayContaining(['magic_links/authenticate', 'sessions/authenticate', 'sessions/revoke']),
    );
    for (const secret of secrets) {
      expect([secret.length > 10, exported.includes(secret)]).toEqual([true, false]);
    }
  });

  it('stops reading the state when the application has closed', async () => {
    const check = jest.spyOn(application.app.get(StytchHealth), 'check');
    await telemetry.metrics();
    expect(check).toHaveBeenCalledTimes(1);
    await application.close();
    await telemetry.metrics();

    expect(check).toHaveBeenCalledTimes(1);
  });
});
