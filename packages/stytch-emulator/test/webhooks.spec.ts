import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStytchEmulator, type WebhookPayload } from 'stytch-emulator';
import { b2bEmulatorUnderTest, call, emulatorUnderTest, mailedToken } from './emulator.js';

interface Received {
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** The application that receives the webhooks. */
class Receiver {
  readonly requests: Received[] = [];
  /** How it responds. */
  respond = (response: ServerResponse): void => void response.writeHead(204).end();

  private constructor(private readonly server: Server) {
    server.on('request', (request, response: ServerResponse) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        this.requests.push({ url: request.url, headers: request.headers, body });
        this.respond(response);
      });
    });
  }

  static async start(): Promise<Receiver> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Receiver(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/auth/webhooks?from=stytch`;
  }

  get payloads(): WebhookPayload[] {
    return this.requests.map(({ body }) => JSON.parse(body) as WebhookPayload);
  }

  get summary(): string[] {
    return this.payloads.map(({ source, action, object_type, id }) =>
      [source, action, object_type, id].join(' '),
    );
  }

  respondWith(status: number): void {
    this.respond = (response) => void response.writeHead(status).end();
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}

let receiver: Receiver;
beforeEach(async () => {
  receiver = await Receiver.start();
});
afterEach(() => receiver.close());

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

describe('webhooks of a consumer project', () => {
  const emulator = emulatorUnderTest();
  beforeEach(() => emulator().webhooks.deliverTo({ url: receiver.url, secret }));
  afterEach(() => {
    emulator().webhooks.stop();
  });

  const createUser = async (email = 'ada@example.com') =>
    (await call(emulator(), 'POST /v1/users', { email })).body.user;
  const deliveries = async () => {
    await emulator().webhooks.settled();
    return emulator().webhooks.deliveries();
  };
  const move = async (step: { seconds?: number; minutes?: number; hours?: number }) => {
    await emulator().webhooks.settled();
    emulator().clock.advance(step);
    await emulator().webhooks.settled();
  };

  it('report a user that the API creates, updates and deletes', async () => {
    const user = await createUser();
    const { body } = await call(emulator(), `PUT /v1/users/${user.user_id}`, { name: { first_name: 'Ada' } });
    await call(emulator(), `DELETE /v1/users/${user.user_id}`);
    await emulator().webhooks.settled();

    const common = {
      event_id: expect.stringMatching(/^webhook-event-test-[0-9a-f-]{36}$/),
      id: user.user_id,
      object_type: 'user',
      project_id: emulator().projectId,
      source: 'DIRECT',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      vertical: 'CONSUMER',
    };
    expect(receiver.payloads).toEqual([
      { ...common, action: 'CREATE', user },
      { ...common, action: 'UPDATE', user: body.user },
      { ...common, action: 'DELETE' },
    ]);
    expect(new Set(receiver.payloads.map(({ event_id }) => event_id)).size).toBe(3);
    expect(
      emulator()
        .webhooks.deliveries()
        .map(({ eventType }) => eventType),
    ).toEqual(['direct.user.create', 'direct.user.update', 'direct.user.delete']);
  });

  it('are signed as Svix signs them, with the time of the emulator', async () => {
    emulator().clock.advance({ hours: 3 });
    await createUser();
    await emulator().webhooks.settled();

    const [{ headers, body, url }] = receiver.requests as [Received];
    const { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': signature } = headers;
    expect(url).toBe('/auth/webhooks?from=stytch');
    expect(headers['content-type']).toBe('application/json');
    expect(id).toMatch(/^msg_[0-9a-z]{27}$/);
    expect(Math.abs(Number(timestamp) - emulator().clock.nowMs() / 1000)).toBeLessThan(10);
    const expected = createHmac('sha256', Buffer.alloc(32, 7))
      .update(`${String(id)}.${String(timestamp)}.${body}`)
      .digest('base64');
    expect(signature).toBe(`v1,${expected}`);
  });

  it('report what a sign-in changes about the user, and nothing about the session', async () => {
    const token = await mailedToken(emulator(), 'ada@example.com');
    const { body } = await call(emulator(), 'POST /v1/magic_links/authenticate', {
      token,
      session_duration_minutes: 60,
    });
    await call(emulator(), 'POST /v1/sessions/authenticate', { session_token: body.session_token });
    await emulator().webhooks.settled();
    expect(receiver.summary).toEqual([
      `DIRECT CREATE user ${body.user_id}`,
      `DIRECT UPDATE user ${body.user_id}`,
    ]);
  });

  it('report nothing when no change is visible', async () => {
    const user = await createUser();
    await call(emulator(), `PUT /v1/users/${user.user_id}`, { name: {} });
    await call(emulator(), 'POST /v1/passwords/authenticate', {
      email: 'ada@example.com',
      password: 'wrong',
    });
    await emulator().webhooks.settled();
    expect(receiver.summary).toEqual([`DIRECT CREATE user ${user.user_id}`]);
  });

  it('name the dashboard as the source of what a control changes', async () => {
    const { user_id } = await emulator().sessions.create({ email: 'ada@example.com' });
    await fetch(`${emulator().url}/__emulator/v1/sessions`, {
      method: 'POST',
      body: JSON.stringify({ userId: user_id, roles: ['admin'] }),
    });
    await emulator().webhooks.settled();
    expect(receiver.summary).toEqual([
      `DASHBOARD CREATE user ${user_id}`,
      `DASHBOARD UPDATE user ${user_id}`,
    ]);
  });

  it('are retried with the same id on the schedule of Svix, and given up after the last attempt', async () => {
    receiver.respondWith(500);
    await createUser();
    const scheduled: number[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      const [delivery] = await deliveries();
      const waitMs = Number(delivery?.nextAttemptAtMs) - emulator().clock.nowMs();
      scheduled.push(Math.round(waitMs / 1000));
      emulator().clock.advance({ ms: waitMs - 500 });
      await emulator().webhooks.settled();
      expect(receiver.requests).toHaveLength(attempt + 1);
      emulator().clock.advance({ ms: 1000 });
    }
    const [delivery] = await deliveries();
    const hour = 3600;
    expect(scheduled).toEqual([5, 300, 1800, 2 * hour, 5 * hour, 10 * hour, 10 * hour]);
    expect(delivery).toMatchObject({ status: 'failed', nextAttemptAtMs: null, droppedBecause: null });
    expect(delivery?.attempts).toEqual(
      Array.from({ length: 8 }, () => ({
        atMs: expect.any(Number),
        status: 500,
        error: 'The response has the status 500.',
      })),
    );
    expect(receiver.requests).toHaveLength(8);
    expect(new Set(receiver.requests.map(({ headers }) => headers['svix-id']))).toEqual(
      new Set([delivery?.id]),
    );
    const timestamps = receiver.requests.map(({ headers }) => headers['svix-timestamp']);
    expect(new Set(timestamps).size).toBe(8);
  });

  it.each([
    ['a redirect', 302],
    ['a rejected signature', 400],
  ])('are not delivered by %s', async (_, status) => {
    receiver.respondWith(status);
    await createUser();
    expect(await deliveries()).toMatchObject([
      { status: 'pending', attempts: [{ status, error: `The response has the status ${status}.` }] },
    ]);
  });

  it('keep the order of what happened to one object, and do not wait for another object', async () => {
    receiver.respondWith(503);
    const ada = await createUser();
    await emulator().webhooks.settled();
    await call(emulator(), `DELETE /v1/users/${ada.user_id}`);
    const grace = await createUser('grace@example.com');
    await emulator().webhooks.settled();
    expect(receiver.summary).toEqual([
      `DIRECT CREATE user ${ada.user_id}`,
      `DIRECT CREATE user ${grace.user_id}`,
    ]);

    receiver.requests.length = 0;
    receiver.respondWith(200);
    await move({ seconds: 6 });
    expect(receiver.summary).toEqual([
      `DIRECT CREATE user ${ada.user_id}`,
      `DIRECT CREATE user ${grace.user_id}`,
      `DIRECT DELETE user ${ada.user_id}`,
    ]);
  });

  it('do not delay the API while the receiver is slow, and reach it with 10 requests at a time', async () => {
    const waiting: ServerResponse[] = [];
    receiver.respond = (response) => void waiting.push(response);
    const users = await Promise.all(
      Array.from({ length: 12 }, (_, number) => createUser(`user-${number}@example.com`)),
    );
    const settled = emulator().webhooks.settled();
    while (waiting.length < 10) await new Promise(setImmediate);
    expect(users).toHaveLength(12);
    expect(receiver.requests).toHaveLength(10);

    receiver.respondWith(200);
    for (const response of waiting) response.writeHead(200).end();
    await settled;
    expect(receiver.requests).toHaveLength(12);
  });

  it('wait for a receiver that refuses connections', async () => {
    await receiver.close();
    await createUser();
    expect(await deliveries()).toMatchObject([
      {
        status: 'pending',
        attempts: [{ status: null, error: 'There was no response (ECONNREFUSED).' }],
      },
    ]);
  });

  it('wait for a receiver that closes the connection within the response', async () => {
    receiver.respond = (response) => {
      response.writeHead(200, { 'content-length': 10 }).write('half');
      response.destroy();
    };
    await createUser();
    expect(await deliveries()).toMatchObject([
      { status: 'pending', attempts: [{ status: null, error: 'There was no response (ECONNRESET).' }] },
    ]);
  });

  it('drop the oldest of more than 1000 that are pending', async () => {
    await receiver.close();
    const { user_id } = await createUser();
    await emulator().webhooks.settled();
    for (let number = 0; number < 1001; number += 1) {
      await emulator().sessions.create({ userId: user_id, roles: [`role-${number}`] });
    }
    const [first, second, ...others] = await deliveries();
    expect([first, second]).toMatchObject([
      { status: 'dropped', droppedBecause: 'More than 1000 deliveries were pending.' },
      { status: 'dropped', droppedBecause: 'More than 1000 deliveries were pending.' },
    ]);
    expect(others).toHaveLength(1000);
    expect(others.every(({ status }) => status === 'pending')).toBe(true);
  });

  it('are sent again with the same id on request', async () => {
    await createUser();
    const [delivery] = await deliveries();
    emulator().webhooks.resend(delivery?.id ?? '');
    expect(await deliveries()).toMatchObject([
      { status: 'delivered', attempts: [{ status: 204, error: null }, { status: 204 }] },
    ]);
    expect(receiver.requests[1]?.headers['svix-id']).toBe(delivery?.id);
    expect(receiver.requests[1]?.body).toBe(receiver.requests[0]?.body);
    expect(() => emulator().webhooks.resend('msg_unknown')).toThrow(
      expect.objectContaining({ code: 'emulator_delivery_not_found' }) as Error,
    );
  });

  it('stop on request, and drop what is pending', async () => {
    receiver.respondWith(500);
    await createUser();
    await emulator().webhooks.settled();
    emulator().webhooks.stop();
    await createUser('grace@example.com');
    expect(await deliveries()).toMatchObject([
      { status: 'dropped', droppedBecause: 'Webhooks were switched off.', nextAttemptAtMs: null },
    ]);
    expect(emulator().webhooks.endpoint()).toBeUndefined();

    emulator().webhooks.deliverTo({ url: receiver.url });
    await emulator().webhooks.settled();
    expect(receiver.requests).toHaveLength(1);
    expect(emulator().webhooks.endpoint()).toEqual({ url: receiver.url, secret });
  });

  it('are not sent about a reset, which forgets the deliveries and keeps the endpoint', async () => {
    await createUser();
    await emulator().webhooks.settled();
    await emulator().reset();
    const { user_id } = await createUser();
    await emulator().webhooks.settled();
    expect(receiver.summary.slice(1)).toEqual([`DIRECT CREATE user ${user_id}`]);
    expect(emulator().webhooks.deliveries()).toHaveLength(1);
  });

  it('are controlled by other processes through the control API', async () => {
    const control = async (method: string, path: string, body?: object) => {
      const response = await fetch(`${emulator().url}/__emulator/v1/webhooks${path}`, {
        method,
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as unknown };
    };
    const endpoint = { url: receiver.url, secret: `whsec_${Buffer.alloc(24, 9).toString('base64')}` };
    expect(await control('PUT', '', endpoint)).toEqual({ status: 200, body: { endpoint } });
    expect(await control('GET', '')).toEqual({ status: 200, body: { endpoint } });
    await createUser();
    const [delivery] = await deliveries();
    expect(await control('GET', '/deliveries')).toEqual({ status: 200, body: { deliveries: [delivery] } });
    expect(await control('POST', `/deliveries/${delivery?.id}/resend`)).toMatchObject({
      status: 202,
      body: { id: delivery?.id, status: 'pending' },
    });
    expect(await control('POST', '/deliveries/msg_unknown/resend')).toEqual({
      status: 404,
      body: { code: 'emulator_delivery_not_found', message: 'No delivery has this id.' },
    });
    expect(await control('DELETE', '')).toEqual({ status: 204, body: null });
    expect(await control('GET', '')).toEqual({ status: 200, body: { endpoint: null } });
    expect(await control('PUT', '', {})).toEqual({
      status: 400,
      body: { code: 'emulator_options_invalid', message: 'url is required.' },
    });
  });

  it.each([
    'https://127.0.0.1/webhooks',
    'http://example.com/webhooks',
    'http://10.0.0.1/webhooks',
    'http://user:password@localhost/webhooks',
    'file:///etc/passwd',
    'localhost:3000',
    '',
  ])('are not sent to %j', (url) => {
    expect(() => emulator().webhooks.deliverTo({ url })).toThrow(
      expect.objectContaining({
        code: 'emulator_options_invalid',
        message:
          'The URL of webhooks must be an http URL with a loopback host, such as http://localhost:3000/auth/webhooks.',
      }) as Error,
    );
  });

  it.each(['', 'secret', 'whsec_', 'whsec_c2hvcnQ=', `whsec_${'A'.repeat(31)}!`, `whsec_${'A'.repeat(400)}`])(
    'are not signed with %j',
    (invalid) => {
      expect(() => emulator().webhooks.deliverTo({ url: receiver.url, secret: invalid })).toThrow(
        expect.objectContaining({
          code: 'emulator_options_invalid',
          message: 'The secret of webhooks must be whsec_ and 24 to 64 bytes in base64.',
        }) as Error,
      );
    },
  );
});

describe('webhooks of a B2B project', () => {
  const emulator = b2bEmulatorUnderTest();
  afterEach(() => {
    emulator().webhooks.stop();
  });

  it('report organizations and members, and what a deleted organization takes with it', async () => {
    emulator().webhooks.deliverTo({ url: receiver.url });
    const created = await call(emulator(), 'POST /v1/b2b/organizations', { organization_name: 'Acme' });
    const { organization } = created.body;
    const path = `/v1/b2b/organizations/${organization.organization_id}`;
    const { member } = (await call(emulator(), `POST ${path}/members`, { email_address: 'ada@acme.example' }))
      .body;
    await call(emulator(), `PUT ${path}/members/${member.member_id}`, { name: 'Ada' });
    await emulator().sessions.create({
      organization: organization.organization_id,
      memberId: member.member_id,
    });
    await call(emulator(), `DELETE ${path}/members/${member.member_id}`);
    await call(emulator(), `PUT ${path}/members/${member.member_id}/reactivate`);
    await emulator().organizations.update(organization.organization_id, { suspended: true });
    await emulator().organizations.update(organization.organization_id, { name: 'Acme Inc' });
    await call(emulator(), `DELETE ${path}`);
    await emulator().webhooks.settled();

    const { organization_id } = organization;
    const { member_id } = member;
    const ofObject = (id: string) => receiver.summary.filter((line) => line.endsWith(id));
    expect(ofObject(member_id)).toEqual([
      `DIRECT CREATE member ${member_id}`,
      `DIRECT UPDATE member ${member_id}`,
      `DASHBOARD UPDATE member ${member_id}`,
      `DIRECT DELETE member ${member_id}`,
      `DIRECT CREATE member ${member_id}`,
      `DIRECT DELETE member ${member_id}`,
    ]);
    expect(ofObject(organization_id).slice(-2)).toEqual([
      `DASHBOARD UPDATE organization ${organization_id}`,
      `DIRECT DELETE organization ${organization_id}`,
    ]);
    const [ofOrganization] = receiver.payloads;
    const ofMember = receiver.payloads.find(({ object_type }) => object_type === 'member');
    expect(ofOrganization).toMatchObject({ vertical: 'B2B', organization });
    expect(ofMember).toMatchObject({ vertical: 'B2B', member });
  });
});

describe('webhooks across restarts', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'stytch-emulator-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('keep the endpoint and its generated secret in the data directory, and report nothing that was known', async () => {
    const first = await startStytchEmulator({ dataDirectory: directory, webhooks: { url: receiver.url } });
    const endpoint = first.webhooks.endpoint();
    expect(first.webhooks.secret()).toBe(endpoint?.secret);
    await call(first, 'POST /v1/users', { email: 'ada@example.com' });
    await first.webhooks.settled();
    await first.close();
    const second = await startStytchEmulator({
      dataDirectory: directory,
      seed: { users: [{ email: 'grace@example.com' }] },
    });
    try {
      expect(endpoint).toEqual({ url: receiver.url, secret: expect.stringMatching(/^whsec_.{44}$/) });
      expect(second.webhooks.endpoint()).toEqual(endpoint);
      await second.webhooks.settled();
      expect(receiver.requests).toHaveLength(1);
    } finally {
      await second.close();
    }
  });

  it('do not delay the end of the emulator', async () => {
    receiver.respond = () => undefined;
    const emulator = await startStytchEmulator({ webhooks: { url: receiver.url } });
    await call(emulator, 'POST /v1/users', { email: 'ada@example.com' });
    const settled = emulator.webhooks.settled();
    while (receiver.requests.length === 0) await new Promise(setImmediate);
    await emulator.close();
    await settled;
    expect(emulator.webhooks.deliveries()).toMatchObject([{ status: 'pending', attempts: [] }]);
  });

  it('are signed with a secret that is known before the URL', async () => {
    const emulator = await startStytchEmulator();
    const generated = emulator.webhooks.secret();
    expect(generated).toMatch(/^whsec_.{44}$/);
    expect(emulator.webhooks.deliverTo({ url: receiver.url })).toEqual({
      url: receiver.url,
      secret: generated,
    });
    await emulator.close();
  });

  it('stop the start for a URL that is not loopback, and leave the data directory unlocked', async () => {
    await expect(
      startStytchEmulator({ dataDirectory: directory, webhooks: { url: 'http://example.com/' } }),
    ).rejects.toMatchObject({ code: 'emulator_options_invalid' });
    const emulator = await startStytchEmulator({ dataDirectory: directory });
    expect(emulator.webhooks.endpoint()).toBeUndefined();
    await emulator.close();
  });
});
