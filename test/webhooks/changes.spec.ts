import { Controller, Get } from '@nestjs/common';
import {
  CurrentSession,
  OptionalSession,
  Protected,
  RequireScopes,
  STYTCH_CLIENT,
  StytchSessions,
  type Session,
} from 'nestjs-stytch';
import { STYTCH_B2B_CLIENT } from 'nestjs-stytch/b2b';
import type { TestBrowser } from 'nestjs-stytch/testing';
import type { B2BClient, Client } from 'stytch';
import { startStytchEmulator, type MintedSession, type StytchB2BEmulator } from 'stytch-emulator';
import { InProcessChannel } from '../support/in-process-channel.js';
import { refusalBody } from '../support/refusals.js';
import { connectedAppClaims, newSigningKey, publishedKeys, signToken } from '../support/session-tokens.js';
import {
  bothCleared,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  keepSession,
  tokenCookie,
} from '../support/sessions.js';
import type { ApplicationUnderTest } from '../support/start-application.js';
import { jsonResponse } from '../support/stytch-faults.js';
import { useEmulator, useStytchFront } from '../support/use-application.js';
import { b2bCallsTo, startB2BApplication } from '../support/use-b2b-application.js';
import {
  deliver,
  signDelivery,
  stytchEvent,
  webhookPath,
  webhookSecret,
} from '../support/webhook-deliveries.js';

@Controller()
class RolesController {
  @Protected()
  @Get('roles')
  roles(@CurrentSession() { roles }: Session) {
    return roles;
  }

  @Protected({ credentials: ['bearer'] })
  @Get('mobile')
  mobile(@CurrentSession() { roles }: Session) {
    return roles;
  }

  @OptionalSession()
  @Get('home')
  home(@CurrentSession() session?: Session) {
    return { signedIn: session !== undefined };
  }

  @Protected({ credentials: ['connected-app'] })
  @RequireScopes('read:documents')
  @Get('app')
  app() {
    return { authenticated: true };
  }
}

const settings = { rawBody: true, controllers: [RolesController] };
const webhooks = { secret: webhookSecret };
const authenticateCall = 'POST /v1/sessions/authenticate';

describe('after a change of a user', () => {
  const stage = useEmulator();
  const holder = useStytchFront(stage);
  let channel: InProcessChannel;
  let session: MintedSession;
  let one: ApplicationUnderTest;
  let other: ApplicationUnderTest;
  const start = () => stage.start({ ...settings, options: { webhooks, shared: { revocations: channel } } });
  const browserOf = (instance: ApplicationUnderTest) => {
    const browser = instance.browser();
    keepSession(browser, session);
    return browser;
  };
  /** What Stytch reports now. */
  const change = async (changes: Record<string, unknown> = {}, instance = one) => {
    const event = stytchEvent(stage.emulator, { id: session.user_id, ...changes });
    const delivery = signDelivery(JSON.stringify(event), stage.emulator.clock.nowMs());
    return (await deliver(instance.browser(), delivery)).status;
  };
  const isConfirmed = () => (channel.published.get(stage.emulator.projectId) ?? []).length > 0;
  beforeEach(async () => {
    channel = new InProcessChannel();
    session = await stage.emulator.sessions.create({ email: 'ada@example.com' });
    [one, other] = [await start(), await start()];
    for (const instance of [one, other]) expect((await browserOf(instance).get('/roles')).status).toBe(200);
    stage.emulator.requests.clear();
  });
  const stytch = () => one.app.get<Client>(STYTCH_CLIENT);

  it('that Stytch deleted, the next request on each instance is a 401, with one call in each', async () => {
    stage.emulator.webhooks.deliverTo({ url: one.url + webhookPath, secret: webhookSecret });
    await stytch().users.delete({ user_id: session.user_id });
    await stage.emulator.webhooks.settled();
    stage.emulator.webhooks.stop();
    expect(isConfirmed()).toBe(true);
    stage.emulator.requests.clear();

    for (const instance of [one, other]) {
      const first = await browserOf(instance).get('/roles');
      expect([first.status, first.json(), cookiesSetBy(first)]).toEqual([
        401,
        refusalBody('session_revoked'),
        bothCleared,
      ]);
      const statuses = await Promise.all(
        [1, 2, 3].map(async () => (await browserOf(instance).get('/roles')).status),
      );
      expect(statuses).toEqual([401, 401, 401]);
    }
    expect(callsTo(stage.emulator)).toEqual([authenticateCall, authenticateCall]);
  });

  it('requests in flight share one call, and get the JWT that it returned, as do later ones', async () => {
    // A JWT of the same second and with the same claims would be the same text.
    stage.emulator.clock.advance({ seconds: 2 });
    expect(await change()).toBe(204);
    const responses = await Promise.all([1, 2, 3, 4].map(async () => browserOf(one).get('/roles')));
    responses.push(await browserOf(one).get('/roles'));
    const jwts = responses.map((response) => cookiesSetBy(response)[jwtCookie]?.value);

    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(jwts).size).toBe(1);
    expect(jwts[0]).not.toBe(session.session_jwt);
    expect(callsTo(stage.emulator)).toEqual([authenticateCall]);
    // The new JWT is of the second of the change.
    const browser = one.browser();
    browser.cookies.set(jwtCookie, jwts[0] ?? '');
    expect((await browser.get('/roles')).setCookies).toEqual([]);
    expect(callsTo(stage.emulator)).toEqual([authenticateCall]);
  });

  it('repeated and older events cause no further call', async () => {
    const timestamp = new Date(stage.emulator.clock.nowMs()).toISOString();
    await change({ timestamp });
    await browserOf(one).get('/roles');
    await change({ timestamp });
    await change({ timestamp: new Date(Date.parse(timestamp) - 5_000).toISOString() });
    await change({ action: 'CREATE' });
    await browserOf(one).get('/roles');

    expect(callsTo(stage.emulator)).toEqual([authenticateCall]);
  });

  it('an older event does not undo a newer one', async () => {
    const older = new Date(stage.emulator.clock.nowMs() - 60_000).toISOString();
    await change();
    await change({ timestamp: older });
    await browserOf(one).get('/roles');

    expect(callsTo(stage.emulator)).toEqual([authenticateCall]);
  });

  it.each<[string, (browser: TestBrowser) => Promise<unknown>]>([
    ['an opaque token alone', (browser) => (browser.cookies.delete(jwtCookie), browser.get('/roles'))],
    [
      'a bearer token',
      (browser) => {
        browser.cookies.clear();
        return browser.get('/mobile', { authorization: `Bearer ${session.session_jwt}` });
      },
    ],
    ['a handler with an optional session', (browser) => browser.get('/home')],
    ['the session route', (browser) => browser.get('/auth/session')],
  ])('the session is asked for once with %s', async (_, send) => {
    await send(browserOf(one));
    await change();
    stage.emulator.requests.clear();
    await send(browserOf(one));
    await send(browserOf(one));

    expect(callsTo(stage.emulator)).toEqual([authenticateCall]);
  });

  it('the response is 503 while Stytch is down, whatever grace there is, and the cookies are kept', async () => {
    const graceful = await stage.start({
      ...settings,
      options: { webhooks, outage: { graceSeconds: 3600 } },
    });
    await browserOf(graceful).get('/roles');
    await change({}, graceful);
    stage.emulator.faults.add({ kind: 'status', status: 500, path: '/v1/sessions/authenticate' });
    const response = await browserOf(graceful).get('/roles');

    expect([response.status, response.json(), response.setCookies]).toEqual([
      503,
      refusalBody('stytch_unavailable'),
      [],
    ]);
  });

  it('a refresh that was started before is not enough', async () => {
    const behind = await stage.start({ ...settings, options: { webhooks, apiUrl: holder.front.url } });
    stage.emulator.clock.advance({ minutes: 6 });
    const { held, release } = holder.front.holdResponse('/v1/sessions/authenticate');
    const response = browserOf(behind).get('/roles');
    await held;
    expect(await change({}, behind)).toBe(204);
    release();

    expect((await response).status).toBe(200);
    expect(callsTo(stage.emulator)).toEqual([authenticateCall, authenticateCall]);
  });

  it('an instance that starts later asks once, too', async () => {
    await change();
    const late = await start();
    await browserOf(late).get('/roles');
    await browserOf(late).get('/roles');

    expect(callsTo(stage.emulator)).toEqual([authenticateCall]);
  });

  it.each(['rejected', 'hanging'] as const)(
    'Stytch delivers again if publishing is %s, while this instance knows of it',
    async (publishing) => {
      channel.publishing = publishing;
      expect(await change()).toBe(503);
      await browserOf(one).get('/roles');
      expect(callsTo(stage.emulator)).toEqual([authenticateCall]);
      channel.publishing = 'confirmed';
      if (publishing === 'rejected') expect(await change()).toBe(204);
    },
  );

  it('publishes the id, what happened and when, and nothing else', async () => {
    const timestamp = new Date(stage.emulator.clock.nowMs()).toISOString();
    await change({ timestamp, user: { emails: ['ada@example.com'] } });

    expect(channel.published.get(stage.emulator.projectId)).toEqual([
      {
        key: `stale user update ${session.user_id} ${Date.parse(timestamp)}`,
        untilMs: Date.parse(timestamp) + 990_000,
      },
    ]);
  });

  it('that was deleted, the access token of a connected app is refused', async () => {
    const key = newSigningKey();
    stage.emulator.faults.add({
      ...jsonResponse(publishedKeys(key)),
      path: `/v1/sessions/jwks/${stage.emulator.projectId}`,
    });
    const application = await stage.start({ ...settings, options: { webhooks } });
    const nowSeconds = Math.floor(stage.emulator.clock.nowMs() / 1000);
    const claims = connectedAppClaims({ projectId: stage.emulator.projectId, nowSeconds });
    const authorization = `Bearer ${signToken(key, claims)}`;
    const send = () => application.browser().get('/app', { authorization });
    await change({ id: claims.sub }, application);
    expect((await send()).status).toBe(200);
    await change({ id: claims.sub, action: 'DELETE' }, application);

    expect([(await send()).status, (await send()).json()]).toEqual([401, refusalBody('token_invalid')]);
  });
});

describe('webhooks of a B2B project', () => {
  let emulator: StytchB2BEmulator;
  let application: ApplicationUnderTest;
  let organizationId: string;
  const calls = () => b2bCallsTo(emulator);
  const b2bAuthenticateCall = 'POST /v1/b2b/sessions/authenticate';
  const change = async (changes: Record<string, unknown>) => {
    const delivery = signDelivery(JSON.stringify(stytchEvent(emulator, changes)), emulator.clock.nowMs());
    expect((await deliver(application.browser(), delivery)).status).toBe(204);
  };
  beforeAll(async () => {
    emulator = await startStytchEmulator({ product: 'b2b' });
    const { organization_id } = await emulator.organizations.create({ name: 'Acme', slug: 'acme' });
    organizationId = organization_id;
    application = await startB2BApplication(emulator, { ...settings, options: { webhooks } });
  });
  beforeEach(() => {
    emulator.requests.clear();
  });
  afterAll(async () => {
    await application.close();
    await emulator.close();
  });
  const stytch = () => application.app.get<B2BClient>(STYTCH_B2B_CLIENT);

  it('have changed roles of a member take effect at the next request', async () => {
    const session = await emulator.sessions.create({ organization: 'acme', email: 'ada@example.com' });
    const browser = application.browser();
    browser.cookies.set(jwtCookie, session.session_jwt);
    browser.cookies.set(tokenCookie, session.session_token);
    expect((await browser.get('/roles')).json()).toEqual(['stytch_member']);
    emulator.webhooks.deliverTo({ url: application.url + webhookPath, secret: webhookSecret });
    await stytch().organizations.members.update({
      organization_id: organizationId,
      member_id: session.member_id,
      roles: ['stytch_admin'],
    });
    await emulator.webhooks.settled();
    emulator.webhooks.stop();
    emulator.requests.clear();

    const response = await browser.get('/roles');
    expect(response.json()).toContain('stytch_admin');
    expect(cookiesSetBy(response)[jwtCookie]?.value).not.toBe(session.session_jwt);
    expect((await browser.get('/roles')).json()).toContain('stytch_admin');
    expect(calls()).toEqual([b2bAuthenticateCall]);
  });

  it('have the sessions of an organization refused while it is suspended, and keep them', async () => {
    const { organization_id: id } = await emulator.organizations.create({ name: 'Globex' });
    const session = await emulator.sessions.create({ organization: id, email: 'ada@example.com' });
    const browser = application.browser();
    browser.cookies.set(jwtCookie, session.session_jwt);
    browser.cookies.set(tokenCookie, session.session_token);
    const byToken = application.browser();
    byToken.cookies.set(tokenCookie, session.session_token);
    const responsesWhile = async (suspended: boolean) => {
      await emulator.organizations.update(id, { suspended });
      emulator.clock.advance({ minutes: 6 });
      emulator.requests.clear();
      const responses = await Promise.all([browser, byToken].map((one) => one.get('/roles')));
      return [...responses, await browser.get('/roles'), await byToken.get('/home')];
    };

    const refused = await responsesWhile(true);
    expect(refused.map(({ setCookies }) => setCookies)).toEqual([[], [], [], []]);
    expect(refused.map((response) => response.json())).toEqual([
      ...Array<unknown>(3).fill(refusalBody('session_suspended')),
      { signedIn: false },
    ]);
    expect(calls()).toEqual([b2bAuthenticateCall, b2bAuthenticateCall]);
    expect((await responsesWhile(false)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it('have a session of a suspended organization signed out by its id, if it was known', async () => {
    const { organization_id: id } = await emulator.organizations.create({ name: 'Hooli' });
    const [seen, unseen] = [
      await emulator.sessions.create({ organization: id, email: 'ada@example.com' }),
      await emulator.sessions.create({ organization: id, email: 'ada@example.com' }),
    ];
    const byToken = (session: typeof seen) => {
      const browser = application.browser();
      browser.cookies.set(tokenCookie, session.session_token);
      return browser;
    };
    const byJwt = application.browser();
    byJwt.cookies.set(jwtCookie, seen.session_jwt);
    expect((await byToken(seen).get('/roles')).status).toBe(200);
    await emulator.organizations.update(id, { suspended: true });
    emulator.clock.advance({ minutes: 6 });

    expect((await byToken(seen).get('/roles')).json()).toEqual(refusalBody('session_suspended'));
    expect((await byToken(seen).postJson('/auth/logout', {})).status).toBe(204);
    expect((await byJwt.get('/roles')).json()).toEqual(refusalBody('session_revoked'));
    // Stytch does not tell whose session it is, so that the others can't be ended.
    const everywhere = await byToken(unseen).postJson('/auth/logout', { everywhere: true });
    expect([everywhere.status, everywhere.json()]).toEqual([503, refusalBody('stytch_unavailable')]);
  });

  it('have the sessions of an organization end with it, also without a webhook', async () => {
    const { organization_id: id } = await emulator.organizations.create({ name: 'Initech' });
    const session = await emulator.sessions.create({ organization: id, email: 'ada@example.com' });
    const browser = application.browser();
    browser.cookies.set(jwtCookie, session.session_jwt);
    await stytch().organizations.delete({ organization_id: id });
    emulator.clock.advance({ minutes: 6 });

    const response = await browser.get('/roles');
    expect([response.status, response.json(), cookiesSetBy(response)]).toEqual([
      401,
      refusalBody('session_revoked'),
      bothCleared,
    ]);
  });

  describe('about an organization', () => {
    let jwts: string[];
    const createSessions = async (count: number) => {
      const created = await Promise.all(
        Array.from({ length: count }, () =>
          emulator.sessions.create({ organization: 'acme', email: 'grace@example.com' }),
        ),
      );
      jwts = created.map(({ session_jwt }) => session_jwt);
    };
    /** Sends a request of each session with its first JWT. */
    const sendAll = async () => {
      emulator.requests.clear();
      const sessions = application.app.get(StytchSessions);
      const results = await Promise.all(jwts.map((jwt) => sessions.authenticate({ jwt })));
      const statuses = results.map((result) => (result.kind === 'refused' ? result.refusal.status : 200));
      return { calls: calls().length, statuses: [...new Set(statuses)] };
    };

    it('have each of 200 sessions refreshed within a minute after an update, and a few of them in each second', async () => {
      await createSessions(200);
      await change({ object_type: 'organization', id: organizationId });
      const perSecond: number[] = [];
      for (let second = 0; second < 60; second += 1) {
        const { calls: count, statuses } = await sendAll();
        expect(statuses).toEqual([200]);
        perSecond.push(count);
        emulator.clock.advance({ seconds: 1 });
      }
      perSecond.push((await sendAll()).calls);

      expect(perSecond.reduce((sum, count) => sum + count)).toBe(200);
      // The mean is 3.3, of hashes of random ids.
      expect(Math.max(...perSecond)).toBeLessThan(16);
      expect(perSecond.filter((count) => count > 0).length).toBeGreaterThan(35);
    });

    it('end each session at its next request after a deletion', async () => {
      await createSessions(20);
      await sendAll();
      await stytch().organizations.delete({ organization_id: organizationId });
      await change({ object_type: 'organization', id: organizationId, action: 'DELETE' });

      expect(await sendAll()).toEqual({ calls: 20, statuses: [401] });
      expect(await sendAll()).toEqual({ calls: 0, statuses: [401] });
    });
  });
});
