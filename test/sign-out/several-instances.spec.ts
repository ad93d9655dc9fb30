import { Logger } from '@nestjs/common';
import { StytchEvents, type StytchEvent } from 'nestjs-stytch';
import type { MintedSession } from 'stytch-emulator';
import { CapturedLog } from '../support/captured-log.js';
import { InProcessChannel } from '../support/in-process-channel.js';
import { MeController, meOf } from '../support/me.controller.js';
import { refusalBody } from '../support/refusals.js';
import { callsTo, keepSession, tokenCookie } from '../support/sessions.js';
import type { ApplicationUnderTest } from '../support/start-application.js';
import { until } from '../support/until.js';
import { useEmulator } from '../support/use-application.js';

describe('a sign-out on one of several instances', () => {
  const stage = useEmulator();
  let channel: InProcessChannel;
  let session: MintedSession;
  const start = () =>
    stage.start({ controllers: [MeController], options: { shared: { revocations: channel } } });
  const me = async (instance: ApplicationUnderTest, of = session) => {
    const browser = instance.browser();
    keepSession(browser, of);
    const { status, json } = await browser.get('/me', { accept: 'application/json' });
    return [status, json()];
  };
  const accepted = () => [200, meOf(session)];
  const refused = [401, refusalBody('session_revoked')];
  const signOut = async (instance: ApplicationUnderTest) => {
    const browser = instance.browser();
    keepSession(browser, session);
    expect((await browser.request('POST', '/auth/logout')).status).toBe(204);
  };
  const keys = () => (channel.published.get(stage.emulator.projectId) ?? []).map(({ key }) => key);

  beforeEach(async () => {
    channel = new InProcessChannel();
    session = await stage.emulator.sessions.create({ email: 'ada@example.com' });
  });

  it('is refused by the others without a call to Stytch', async () => {
    const [one, other] = [await start(), await start()];
    expect([await me(one), await me(other)]).toEqual([accepted(), accepted()]);
    await signOut(one);
    await until(() => keys().length > 0);
    stage.emulator.requests.clear();

    expect(await me(other)).toEqual(refused);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('is refused by an instance that starts later', async () => {
    await signOut(await start());
    await until(() => keys().length > 0);

    expect(await me(await start())).toEqual(refused);
  });

  it('is accepted by an instance that shares nothing, until the JWT expires', async () => {
    const one = await start();
    const alone = await stage.start({ controllers: [MeController] });
    await signOut(one);
    await until(() => keys().length > 0);

    expect(await me(alone)).toEqual(accepted());
  });

  it('reaches an instance that has cached the session of an opaque token, if only the token was sent', async () => {
    const [one, other] = [await start(), await start()];
    const tokenOnly = (instance: ApplicationUnderTest) => {
      const browser = instance.browser();
      browser.cookies.set(tokenCookie, session.session_token);
      return browser;
    };
    expect((await tokenOnly(other).get('/me')).status).toBe(200);
    await tokenOnly(one).request('POST', '/auth/logout');
    await until(() => keys().length > 0);

    expect(keys()).toEqual([expect.stringMatching(/^token sha256:[\w-]{43}$/)]);
    expect((await tokenOnly(other).get('/me')).status).toBe(401);
  });

  it('publishes session ids and hashes only, and nothing for a made-up JWT', async () => {
    const one = await start();
    await signOut(one);
    const forger = one.browser();
    keepSession(forger, { ...session, session_jwt: 'e30.e30.e30', session_token: 'short' });
    await forger.request('POST', '/auth/logout');
    await until(() => keys().length > 0);

    expect(new Set(keys())).toEqual(new Set([`session ${session.session_id}`]));
  });

  describe('while the channel is unavailable', () => {
    let log: CapturedLog;
    let events: StytchEvent['type'][];
    const observe = (instance: ApplicationUnderTest) => {
      // Starting an application sets its own logger.
      Logger.overrideLogger(log);
      instance.app.get(StytchEvents).subscribe(({ type }) => events.push(type));
    };
    beforeEach(() => {
      log = new CapturedLog();
      events = [];
    });
    afterEach(() => {
      Logger.overrideLogger(false);
    });

    it('works on the same instance, is published when the channel is back, and is logged once', async () => {
      const [one, other] = [await start(), await start()];
      observe(one);
      channel.goDown();
      await signOut(one);
      expect([await me(one), await me(other)]).toEqual([refused, accepted()]);

      channel.comeBack();
      await until(() => keys().length > 0);

      expect(await me(other)).toEqual(refused);
      expect(events.filter((type) => type.startsWith('sharing'))).toEqual([
        'sharing_interrupted',
        'sharing_resumed',
      ]);
      expect(log.lines.filter((line) => line.includes('shared.revocations'))).toHaveLength(2);
      expect(log.lines.join()).not.toContain('ada@example.com');
    });

    it('is learnt when the channel is back, if it was published in the meantime', async () => {
      const [one, other] = [await start(), await start()];
      channel.goDown();
      channel.published.set(stage.emulator.projectId, [
        { key: `session ${session.session_id}`, untilMs: stage.emulator.clock.nowMs() + 60_000 },
      ]);
      expect(await me(other)).toEqual(accepted());

      channel.comeBack();
      await until(async () => (await me(other))[0] === 401);

      expect(await me(one)).toEqual(refused);
    });

    it.each(['rejected', 'hanging'] as const)(
      'delays neither requests nor sign-outs if publishing is %s',
      async (publishing) => {
        const one = await start();
        channel.publishing = publishing;
        await signOut(one);

        expect(await me(one)).toEqual(refused);
      },
    );
  });

  it('leaves no connection behind when the application closes', async () => {
    const one = await start();
    expect(channel.connections).toBe(1);
    await one.close();

    expect(channel.connections).toBe(0);
  });
});
