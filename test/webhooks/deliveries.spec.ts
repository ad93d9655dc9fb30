import { Controller, Post, Req, type RawBodyRequest } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import {
  Public,
  StytchEvents,
  StytchWebhooks,
  type StytchEvent,
  type StytchWebhookDelivery,
} from 'nestjs-stytch';
import { CapturedLog } from '../support/captured-log.js';
import { defaultRetryAfter, refusalBody } from '../support/refusals.js';
import { jwtCookie } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication, useEmulator } from '../support/use-application.js';
import {
  deliver,
  signDelivery,
  stytchEvent,
  webhookPath,
  webhookSecret,
  type SignedDelivery,
} from '../support/webhook-deliveries.js';

const webhooks = { secret: webhookSecret };

describePlatforms('a webhook', (platform) => {
  const log = new CapturedLog();
  const stage = useApplication({
    platform,
    rawBody: true,
    options: { webhooks },
    configure: log.attachTo,
  });
  let received: StytchWebhookDelivery[];
  let events: StytchEvent[];
  let unsubscribe: (() => void)[];
  beforeEach(() => {
    [received, events, log.lines.length] = [[], [], 0];
    const { app } = stage.application;
    unsubscribe = [
      app.get(StytchWebhooks).subscribe((delivery) => {
        received.push(delivery);
      }),
      app.get(StytchEvents).subscribe((event) => events.push(event)),
    ];
  });
  afterEach(() => {
    for (const stop of unsubscribe) stop();
  });
  const signed = (changes?: Record<string, unknown>, atMs = stage.emulator.clock.nowMs()): SignedDelivery =>
    signDelivery(JSON.stringify(stytchEvent(stage.emulator, changes)), atMs);
  const send = (delivery: SignedDelivery) => deliver(stage.application.browser(), delivery);
  const withHeaders = (headers: Record<string, string>): SignedDelivery => {
    const delivery = signed();
    return { ...delivery, headers: { ...delivery.headers, ...headers } };
  };

  it('is confirmed, and reaches the application as Stytch sent it', async () => {
    const user = { user_id: 'user-test-1', name: { first_name: 'Ada' } };
    const { timestamp } = stytchEvent(stage.emulator);
    const response = await send(signed({ user, timestamp }));

    expect([response.status, response.text, response.setCookies]).toEqual([204, '', []]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(received).toEqual([
      {
        eventId: 'webhook-event-test-1',
        objectType: 'user',
        action: 'UPDATE',
        id: 'user-test-1',
        changedAt: timestamp,
        source: 'DIRECT',
        data: user,
      },
    ]);
    expect(Object.isFrozen(received[0])).toBe(true);
    expect(events).toEqual([
      {
        type: 'webhook_received',
        objectType: 'user',
        action: 'UPDATE',
        id: 'user-test-1',
        at: expect.any(String),
      },
    ]);
    expect(log.lines).toEqual([]);
  });

  it('about a member has their organization, and one about a deleted object has no data', async () => {
    const member = { member_id: 'member-test-1', organization_id: 'organization-test-1' };
    await send(signed({ object_type: 'member', id: 'member-test-1', member }));
    await send(signed({ object_type: 'member', id: 'member-test-1', action: 'DELETE', member }));

    expect(received).toMatchObject([
      { objectType: 'member', organizationId: 'organization-test-1', data: member },
      { objectType: 'member', action: 'DELETE' },
    ]);
    expect(Object.keys(received[1] ?? {})).toEqual([
      'eventId',
      'objectType',
      'action',
      'id',
      'changedAt',
      'source',
    ]);
  });

  it('is delivered to the application each time that Stytch sends it, with the same id', async () => {
    const delivery = signed();

    expect([(await send(delivery)).status, (await send(delivery)).status]).toEqual([204, 204]);
    expect(received.map(({ eventId }) => eventId)).toEqual(['webhook-event-test-1', 'webhook-event-test-1']);
  });

  it('is accepted from anywhere, whatever cookies come with it', async () => {
    const delivery = withHeaders({ 'sec-fetch-site': 'cross-site', cookie: `${jwtCookie}=e30.e30.e30` });
    const response = await send(delivery);

    expect([response.status, response.setCookies]).toEqual([204, []]);
  });

  it('is accepted with one of several signatures, as after a rotation of the secret', async () => {
    const { headers, body } = signed();
    const signatures = `v1,AAAA v2,x ${headers['svix-signature'] ?? ''}`;

    expect((await send({ headers: { ...headers, 'svix-signature': signatures }, body })).status).toBe(204);
  });

  it.each([-299, 299])('is accepted if it was signed %s seconds from now', async (seconds) => {
    expect((await send(signed({}, stage.emulator.clock.nowMs() + seconds * 1000))).status).toBe(204);
  });

  it.each([-302, 302])('is refused if it was signed %s seconds from now', async (seconds) => {
    const response = await send(signed({}, stage.emulator.clock.nowMs() + seconds * 1000));

    expect([response.status, response.json()]).toEqual([403, refusalBody('webhook_expired')]);
    expect([received, events.map(({ type }) => type)]).toEqual([[], ['refused']]);
  });

  it('is refused when it is replayed after five minutes by a moved clock', async () => {
    const delivery = signed();
    expect((await send(delivery)).status).toBe(204);
    stage.emulator.clock.advance({ minutes: 5, seconds: 2 });

    expect((await send(delivery)).json()).toEqual(refusalBody('webhook_expired'));
    expect(received).toHaveLength(1);
  });

  it.each<[string, (delivery: SignedDelivery) => SignedDelivery]>([
    ['another body', ({ headers, body }) => ({ headers, body: body.replace('user-test-1', 'user-test-2') })],
    ['another form of the same JSON', ({ headers, body }) => ({ headers, body: `${body} ` })],
    ['another id', () => withHeaders({ 'svix-id': 'msg_2' })],
    [
      'another time',
      ({ headers, body }) => ({
        headers: { ...headers, 'svix-timestamp': String(Number(headers['svix-timestamp']) + 1) },
        body,
      }),
    ],
    [
      'the signature of another secret',
      ({ body }) =>
        signDelivery(body, stage.emulator.clock.nowMs(), {
          secret: `whsec_${Buffer.alloc(32, 8).toString('base64')}`,
        }),
    ],
    [
      'an unknown version of the signature',
      ({ headers }) =>
        withHeaders({ 'svix-signature': headers['svix-signature']?.replace('v1', 'v2') ?? '' }),
    ],
    ['an empty signature', () => withHeaders({ 'svix-signature': '' })],
    ['too many signatures', () => withHeaders({ 'svix-signature': 'v1,AAAA '.repeat(300) })],
    ['a malformed id', () => withHeaders({ 'svix-id': 'msg.1' })],
    ['a malformed time', () => withHeaders({ 'svix-timestamp': '1e9' })],
    ['no headers of Svix', ({ body }) => ({ headers: { 'content-type': 'application/json' }, body })],
    ['no body and no headers', () => ({ headers: {}, body: '' })],
  ])('is refused with %s', async (_, tamper) => {
    const response = await send(tamper(signed()));

    expect([response.status, response.json()]).toEqual([403, refusalBody('webhook_signature_invalid')]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect([received, events.map(({ type }) => type)]).toEqual([[], ['refused']]);
  });

  it('says once in the log that deliveries are not signed with the secret', async () => {
    await send(withHeaders({ 'svix-id': 'msg_2' }));
    await send(withHeaders({ 'svix-id': 'msg_3' }));

    // The log is limited to one line a minute, also across these tests.
    expect(log.lines.filter((line) => line.includes('webhooks.secret')).length).toBeLessThanOrEqual(1);
    expect(log.lines.join()).not.toContain(webhookSecret);
  });

  it.each<[string, Record<string, unknown>]>([
    ['no project', { project_id: undefined }],
    ['no type', { object_type: undefined }],
    ['no action', { action: 7 }],
    ['no id', { id: undefined }],
    ['a malformed id', { id: 'user-test-1 session-test-1' }],
  ])('is refused as malformed if it is signed and has %s', async (_, changes) => {
    const response = await send(signed(changes));

    expect([response.status, response.json()]).toEqual([400, refusalBody('webhook_malformed')]);
    expect(received).toEqual([]);
  });

  it.each(['[]', '{"project_id":', '"text"', 'null'])('is refused if it is signed and %s', async (body) => {
    const { status } = await send(signDelivery(body, stage.emulator.clock.nowMs()));

    expect([status, received]).toEqual([400, []]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['an unknown type', { object_type: 'passkey' }],
    ['an unknown action', { action: 'ARCHIVE' }],
  ])('is confirmed and ignored if it has %s', async (_, changes) => {
    expect([(await send(signed(changes))).status, received, events, log.lines]).toEqual([204, [], [], []]);
  });

  it('is confirmed and ignored if it is of another project, which is logged', async () => {
    const response = await send(signed({ project_id: 'project-test-5f0d9c1e-0000-4000-8000-000000000009' }));

    expect([response.status, received, events]).toEqual([204, [], []]);
    expect(log.lines).toEqual([
      `warn A webhook of another Stytch project than ${stage.emulator.projectId} was ignored. Stytch`,
    ]);
  });

  it.each([
    ['ten megabytes', 10_000_000, 413],
    ['more than 256 KB', 300_000, platform === 'Express' ? 413 : 400],
  ])('is refused with a body of %s', async (_, length, status) => {
    const response = await send(signed({ padding: 'x'.repeat(length) }));

    expect([response.status, received]).toEqual([status, []]);
  });

  it.each<[string, () => void | Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('ada@example.com');
      },
    ],
    ['rejects', () => Promise.reject(new Error('ada@example.com'))],
  ])('is delivered again if a listener %s, and the others got it', async (_, listener) => {
    unsubscribe.push(stage.application.app.get(StytchWebhooks).subscribe(listener));
    const response = await send(signed());

    expect([response.status, response.json()]).toEqual([503, refusalBody('webhook_not_handled')]);
    expect(response.headers.get('retry-after')).toEqual(defaultRetryAfter);
    expect(received).toHaveLength(1);
    expect(log.lines.join()).not.toContain('ada@example.com');
  });

  it('is no longer delivered to a listener that was unsubscribed', async () => {
    unsubscribe[0]?.();
    await send(signed());

    expect(received).toEqual([]);
  });

  it('is sent with POST only', async () => {
    expect((await stage.application.browser().get(webhookPath)).status).toBe(404);
  });
});

@Controller('hooks')
class HooksController {
  constructor(private readonly webhooks: StytchWebhooks) {}

  @Public()
  @Post()
  async receive(@Req() request: RawBodyRequest<IncomingMessage>) {
    const result = await this.webhooks.receive({ rawBody: request.rawBody, headers: request.headers });
    return result.kind === 'refused' ? result.refusal : result;
  }
}

describe('an application', () => {
  const stage = useEmulator();
  const signed = () =>
    signDelivery(JSON.stringify(stytchEvent(stage.emulator)), stage.emulator.clock.nowMs());

  it('has no endpoint for webhooks unless the secret is set', async () => {
    const application = await stage.start({ rawBody: true });
    const response = await deliver(application.browser(), signed());

    expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store']);
    await expect(application.app.get(StytchWebhooks).receive({ rawBody: '{}', headers: {} })).rejects.toThrow(
      'Set webhooks.secret to receive webhooks.',
    );
  });

  it.each(['Express', 'Fastify'] as const)(
    'has deliveries retried and says what to set if the raw body is missing on %s',
    async (platform) => {
      const log = new CapturedLog();
      const application = await stage.start({ platform, options: { webhooks }, configure: log.attachTo });
      log.lines.length = 0;
      const responses = [
        await deliver(application.browser(), signed()),
        await deliver(application.browser(), signed()),
      ];

      expect(responses.map((response) => [response.status, response.json()])).toEqual([
        [503, refusalBody('webhook_raw_body_missing')],
        [503, refusalBody('webhook_raw_body_missing')],
      ]);
      expect(log.lines).toEqual([
        'error A webhook was refused, since its signature covers the raw body. Set rawBody: true in NestFactory.create. undefined Stytch',
      ]);
    },
  );

  it.each(['Express', 'Fastify'] as const)(
    'refuses what can not be a delivery without blaming its settings on %s',
    async (platform) => {
      const log = new CapturedLog();
      const application = await stage.start({ platform, options: { webhooks }, configure: log.attachTo });
      log.lines.length = 0;
      const { headers, body } = signed();
      const responses = [
        await deliver(application.browser(), { headers: { ...headers, 'content-type': 'text/plain' }, body }),
        await deliver(application.browser(), {
          headers: { ...headers, 'content-type': 'text/plain' },
          body: '',
        }),
      ];

      expect(responses.map((response) => [response.status, response.json()])).toEqual([
        [400, refusalBody('webhook_malformed')],
        [400, refusalBody('webhook_malformed')],
      ]);
      expect(log.lines).toEqual([]);
    },
  );

  it('receives webhooks with its controller instead of the routes', async () => {
    const application = await stage.start({
      rawBody: true,
      options: { webhooks, routes: false },
      controllers: [HooksController],
    });
    const browser = application.browser();
    const { headers, body } = signed();

    expect((await deliver(browser, { headers, body })).status).toBe(404);
    expect((await browser.request('POST', '/hooks', { headers, body })).json()).toMatchObject({
      kind: 'received',
      delivery: { objectType: 'user', id: 'user-test-1' },
    });
    expect((await browser.request('POST', '/hooks', { headers, body: `${body} ` })).json()).toMatchObject({
      status: 403,
      code: 'webhook_signature_invalid',
    });
  });

  it('says at startup where to add the endpoint', async () => {
    const log = new CapturedLog();
    await stage.start({ options: { webhooks, routes: { path: 'login' } }, configure: log.attachTo });

    expect(log.lines).toContain(
      'log Add this endpoint to the webhooks of the project: http://localhost:3000/login/webhooks Stytch',
    );
  });
});
