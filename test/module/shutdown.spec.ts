import { jest } from '@jest/globals';
import { Injectable, Logger, Module, type BeforeApplicationShutdown } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SigningKeys, StytchModule } from 'nestjs-stytch';
import { stytchOptionsFor } from 'nestjs-stytch/testing';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { CapturedLog } from '../support/captured-log.js';
import { linkAskedForBy } from '../support/links.js';
import { MeController } from '../support/me.controller.js';
import {
  bothCleared,
  browserWithExpiredJwt,
  cookiesSetBy,
  jwtCookie,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { describePlatforms, startApplication } from '../support/start-application.js';
import { StytchFront } from '../support/stytch-front.js';
import { silence } from '../support/silence.js';
import { until } from '../support/until.js';
import { useEmulator } from '../support/use-application.js';
import { withinDeadline } from '../support/within-deadline.js';

/** A server waits for idle keep-alive connections when it closes, Fastify for more than a minute. */
const headers = { connection: 'close' };

/** Nest has run `onModuleDestroy` when it calls this hook, and closes the HTTP server afterwards. */
@Injectable()
class ShutdownObserver implements BeforeApplicationShutdown {
  hasBegun = false;

  beforeApplicationShutdown(): void {
    this.hasBegun = true;
  }
}

describePlatforms('app.close()', (platform) => {
  let emulator: StytchEmulator;
  let front: StytchFront;

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    front = await StytchFront.before(emulator);
  });
  beforeEach(() => {
    front.reset();
    emulator.requests.clear();
  });
  afterAll(async () => {
    await front.close();
    await emulator.close();
  });

  const start = async (deadlineMs?: number) => {
    const application = await startApplication({
      emulator,
      platform,
      controllers: [MeController],
      providers: [ShutdownObserver],
      options: { apiUrl: front.url, ...(deadlineMs !== undefined && { http: { deadlineMs } }) },
    });
    return { emulator, application };
  };
  const activeSessionIds = () => emulator.sessions.list().map(({ session_id }) => session_id);

  it('completes a refresh, a sign-in and a sign-out that wait for Stytch', async () => {
    const stage = await start();
    const refreshing = await browserWithExpiredJwt(stage);
    const signingIn = await linkAskedForBy(stage, { email: 'grace@example.com' });
    const signingOut = await signedInBrowser(stage, { email: 'alan@example.com' });
    const held = ['/v1/sessions/authenticate', '/v1/magic_links/authenticate', '/v1/sessions/revoke'];
    const releases = held.map((path) => front.hold(path));
    const responses = Promise.all([
      refreshing.browser.get('/me', headers),
      signingIn.browser.get(signingIn.callback, headers),
      signingOut.browser.request('POST', '/auth/logout', { headers }),
    ]);
    await until(() => held.every((path) => front.requests.includes(`POST ${path}`)));

    const closed = stage.application.close();
    await until(() => stage.application.app.get(ShutdownObserver).hasBegun);
    for (const release of releases) release();
    const [refreshed, signedIn, signedOut] = await responses;
    await withinDeadline(closed);

    expect([refreshed.status, signedIn.status, signedOut.status]).toEqual([200, 303, 204]);
    expect(Object.keys(cookiesSetBy(refreshed))).toEqual([jwtCookie]);
    expect(signedIn.headers.get('location')).toBe('/');
    expect(Object.keys(cookiesSetBy(signedIn))).toEqual(expect.arrayContaining([jwtCookie, tokenCookie]));
    expect(cookiesSetBy(signedOut)).toEqual(bothCleared);
    expect(activeSessionIds()).not.toContain(signingOut.session.session_id);
  });
});

describe('app.close() after sign-outs that Stytch did not confirm', () => {
  const revokePath = '/v1/sessions/revoke';
  const stage = useEmulator();
  const signedOutDuringOutage = async () => {
    const log = new CapturedLog();
    const application = await stage.start({ controllers: [MeController], configure: log.attachTo });
    const { browser, session } = await signedInBrowser({ emulator: stage.emulator, application });
    stage.emulator.faults.add({ kind: 'reset', path: revokePath });
    await browser.request('POST', '/auth/logout');
    return { application, log, sessionId: session.session_id };
  };
  const activeSessionIds = () => stage.emulator.sessions.list().map(({ session_id }) => session_id);
  const lossesIn = ({ lines }: CapturedLog) => lines.filter((line) => line.includes('is not retried'));

  it('revokes the session at Stytch and logs no loss', async () => {
    const { application, log, sessionId } = await signedOutDuringOutage();
    expect(activeSessionIds()).toContain(sessionId);
    stage.emulator.faults.clear();

    await application.close();

    expect(activeSessionIds()).not.toContain(sessionId);
    expect(lossesIn(log)).toEqual([]);
  });

  it('logs the session id if Stytch still fails', async () => {
    const { application, log, sessionId } = await signedOutDuringOutage();

    await application.close();

    expect(activeSessionIds()).toContain(sessionId);
    expect(lossesIn(log)).toEqual([expect.stringContaining(`until they expire: ${sessionId}.`)]);
  });
});

describe('closing before the first fetch of the signing keys has completed', () => {
  const stage = useEmulator();

  it('logs no failure', async () => {
    stage.emulator.faults.add({ kind: 'hang', path: '/v1/sessions/jwks/*' });
    const log = new CapturedLog();
    const application = await stage.start({ options: { routes: false }, configure: log.attachTo });
    await until(() => stage.emulator.requests.list().length > 0);
    log.lines.length = 0;

    await application.close();

    expect(log.lines).toEqual([]);
  });
});

describe('closing in the turn of the start', () => {
  const stage = useEmulator();

  it('fetches no signing keys afterwards', async () => {
    const testing = await Test.createTestingModule({
      imports: [StytchModule.forRoot(stytchOptionsFor(stage.emulator))],
    })
      .setLogger(silence)
      .compile();
    const app = testing.createNestApplication();
    const fetch = jest.spyOn(app.get(SigningKeys), 'refreshIfOld');

    await app.init();
    await app.close();
    await nextTurn();

    expect(fetch).not.toHaveBeenCalled();
  });
});

describe('an application context without HTTP', () => {
  const stage = useEmulator();

  it('fetches no signing keys and logs nothing when it starts and closes', async () => {
    @Module({ imports: [StytchModule.forRoot(stytchOptionsFor(stage.emulator))] })
    class ScriptModule {}
    const log = new CapturedLog();

    Logger.overrideLogger(log);
    const context = await NestFactory.createApplicationContext(ScriptModule);
    await context.close();

    expect(log.lines.filter((line) => line.includes('Stytch at') || line.includes('signing keys'))).toEqual(
      [],
    );
    expect(stage.emulator.requests.list()).toEqual([]);
  });

  it('fetches the signing keys when it needs them', async () => {
    @Module({ imports: [StytchModule.forRoot(stytchOptionsFor(stage.emulator))] })
    class ScriptModule {}
    Logger.overrideLogger(silence);
    const context = await NestFactory.createApplicationContext(ScriptModule);

    await context.get(SigningKeys).refetch();
    await context.close();

    expect(stage.emulator.requests.list().map(({ path }) => path)).toEqual([
      `/v1/sessions/jwks/${stage.emulator.projectId}`,
    ]);
  });
});
