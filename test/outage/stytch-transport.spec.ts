import { STYTCH_CLIENT } from 'nestjs-stytch';
import type { Client } from 'stytch';
import { Agent, type Dispatcher } from 'undici';
import { MeController } from '../support/me.controller.js';
import { browserWithExpiredJwt, callsTo, signedInBrowser } from '../support/sessions.js';
import { until } from '../support/until.js';
import { useEmulator } from '../support/use-application.js';
import { withinDeadline } from '../support/within-deadline.js';

/** A dispatcher that records the paths of the requests. */
class RecordingAgent extends Agent {
  readonly paths: string[] = [];
  override dispatch(options: Agent.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.paths.push(options.path.replace(/project-.*$/, ''));
    return super.dispatch(options, handler);
  }
}

describe('calls to Stytch', () => {
  const stage = useEmulator();
  const start = async (http: { deadlineMs?: number; dispatcher?: Dispatcher }) => {
    const application = await stage.start({ controllers: [MeController], options: { http } });
    return { emulator: stage.emulator, application };
  };

  it('go through the dispatcher of the application, which stays open when the application closes', async () => {
    const agent = new RecordingAgent();
    const started = await start({ dispatcher: agent });
    const { browser } = await browserWithExpiredJwt(started);

    expect((await browser.get('/me')).status).toBe(200);
    await started.application.app.get<Client>(STYTCH_CLIENT).users.search({ limit: 1 });
    await started.application.close();

    expect(new Set(agent.paths)).toEqual(
      new Set(['/v1/sessions/jwks/', '/v1/sessions/authenticate', '/v1/users/search']),
    );
    expect(agent.closed).toBe(false);
    await agent.close();
  });

  it('of the injected client may exceed deadlineMs, and their failures do not affect sessions', async () => {
    const started = await start({ deadlineMs: 100 });
    const client = started.application.app.get<Client>(STYTCH_CLIENT);
    stage.emulator.faults.add({ kind: 'delay', ms: 300, path: '/v1/users/search', times: 1 });
    expect((await client.users.search({ limit: 1 })).status_code).toBe(200);

    stage.emulator.faults.add({ kind: 'reset', path: '/v1/users/search' });
    for (let n = 0; n < 8; n += 1) await client.users.search({ limit: 1 }).catch(() => undefined);
    const { browser } = await browserWithExpiredJwt(started);

    expect((await browser.get('/me')).status).toBe(200);
  });

  it('of the injected client follow no redirect', async () => {
    const started = await start({});
    const client = started.application.app.get<Client>(STYTCH_CLIENT);
    stage.emulator.faults.add({
      kind: 'redirect',
      to: `${stage.emulator.url}/v1/elsewhere`,
      status: 307,
      path: '/v1/users/search',
    });

    await expect(client.users.search({ limit: 1 })).rejects.toThrow();
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/users/search']);
  });

  it('end at their deadline when the application closes, with a 503 response to the waiting request', async () => {
    const started = await start({ deadlineMs: 500 });
    const { browser } = await browserWithExpiredJwt(started);
    stage.emulator.faults.add({ kind: 'hang', path: '/v1/sessions/authenticate' });
    const waiting = browser.get('/me');
    await until(() => callsTo(stage.emulator).length > 0);

    await withinDeadline(started.application.close());
    const response = await withinDeadline(waiting);

    expect([response.status, response.setCookies]).toEqual([503, []]);
  });

  it('are not made for a session with a fresh JWT', async () => {
    const started = await start({});
    const { browser } = await signedInBrowser(started);
    for (let n = 0; n < 20; n += 1) await browser.get('/me');

    expect(callsTo(stage.emulator)).toEqual([]);
  });
});
