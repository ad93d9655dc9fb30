import { Controller, Get } from '@nestjs/common';
import { InjectStytchClient, Protected, STYTCH_CLIENT } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import type { Client } from 'stytch';
import { Agent, type Dispatcher } from 'undici';
import { browserWithExpiredJwt, callsTo, signedInBrowser } from '../support/sessions.js';
import {
  describePlatforms,
  startApplication,
  type ApplicationUnderTest,
} from '../support/start-application.js';

@Protected()
@Controller('me')
class MeController {
  constructor(@InjectStytchClient() readonly stytch: Client) {}
  @Get()
  show() {
    return 'me';
  }
}

/** What an application puts underneath, such as a proxy: here it notes what passes through. */
class NotingAgent extends Agent {
  readonly paths: string[] = [];
  override dispatch(options: Agent.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.paths.push(options.path.replace(/project-.*$/, ''));
    return super.dispatch(options, handler);
  }
}

describePlatforms('calls to Stytch', (platform) => {
  let emulator: StytchEmulator;
  let application: ApplicationUnderTest | undefined;
  const start = async (http: { deadlineMs?: number; dispatcher?: Dispatcher }) => {
    application = await startApplication({
      emulator,
      platform,
      controllers: [MeController],
      options: { http },
    });
    return { emulator, application };
  };
  beforeAll(async () => {
    emulator = await startStytchEmulator();
  });
  beforeEach(() => {
    emulator.faults.clear();
    emulator.requests.clear();
  });
  afterEach(() => application?.close());
  afterAll(() => emulator.close());

  it('go through the dispatcher of the application, keys included, and leave it open', async () => {
    const agent = new NotingAgent();
    const stage = await start({ dispatcher: agent });
    const { browser } = await browserWithExpiredJwt(stage);

    expect((await browser.get('/me')).status).toBe(200);
    await stage.application.app.get<Client>(STYTCH_CLIENT).users.search({ limit: 1 });
    await stage.application.close();

    expect(new Set(agent.paths)).toEqual(
      new Set(['/v1/sessions/jwks/', '/v1/sessions/authenticate', '/v1/users/search']),
    );
    expect(agent.closed).toBe(false);
    await agent.close();
  });

  it('of the injected client have time, and say nothing of sessions', async () => {
    const stage = await start({ deadlineMs: 100 });
    const client = stage.application.app.get<Client>(STYTCH_CLIENT);
    emulator.faults.add({ kind: 'delay', ms: 300, path: '/v1/users/search', times: 1 });
    expect((await client.users.search({ limit: 1 })).status_code).toBe(200);

    emulator.faults.add({ kind: 'reset', path: '/v1/users/search' });
    for (let n = 0; n < 8; n += 1) await client.users.search({ limit: 1 }).catch(() => undefined);
    const { browser } = await browserWithExpiredJwt(stage);

    expect((await browser.get('/me')).status).toBe(200);
  });

  it('of the injected client follow no redirect', async () => {
    const stage = await start({});
    const client = stage.application.app.get<Client>(STYTCH_CLIENT);
    emulator.faults.add({
      kind: 'redirect',
      to: `${emulator.url}/v1/elsewhere`,
      status: 307,
      path: '/v1/users/search',
    });

    await expect(client.users.search({ limit: 1 })).rejects.toThrow();
    expect(callsTo(emulator)).toEqual(['POST /v1/users/search']);
  });

  it('end with the application: whoever waits is answered, and nothing is left', async () => {
    const stage = await start({ deadlineMs: 5000 });
    const { browser } = await browserWithExpiredJwt(stage);
    emulator.faults.add({ kind: 'hang', path: '/v1/sessions/authenticate' });
    const waiting = browser.get('/me').catch(() => undefined);
    while (callsTo(emulator).length === 0) await new Promise(setImmediate);
    const began = performance.now();

    await stage.application.close();
    application = undefined;
    const answer = await waiting;

    expect(performance.now() - began).toBeLessThan(4000);
    expect([undefined, 503]).toContain(answer?.status);
  });

  it('are not made on behalf of anybody when a session is fresh', async () => {
    const stage = await start({});
    const { browser } = await signedInBrowser(stage);
    for (let n = 0; n < 20; n += 1) await browser.get('/me');

    expect(callsTo(emulator)).toEqual([]);
  });
});
