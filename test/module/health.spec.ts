import { Controller, Get, Injectable, Module, type BeforeApplicationShutdown } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { SigningKeys, StytchHealth, type LimitStorage, type StytchHealthReport } from 'nestjs-stytch';
import { StytchHealthIndicator } from 'nestjs-stytch/terminus';
import { InProcessChannel } from '../support/in-process-channel.js';
import { MeController } from '../support/me.controller.js';
import { browserWithExpiredJwt, callsTo, signedInBrowser } from '../support/sessions.js';
import { describePlatforms, type ApplicationUnderTest } from '../support/start-application.js';
import { SteppedClock } from '../support/stepped-clock.js';
import { until } from '../support/until.js';
import { useEmulator } from '../support/use-application.js';
import { withinDeadline } from '../support/within-deadline.js';

@Controller('health')
class HealthController {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly stytch: StytchHealthIndicator,
  ) {}

  @Get('ready')
  @HealthCheck()
  ready() {
    return this.checks.check([() => this.stytch.isReady('stytch')]);
  }

  @Get('details')
  @HealthCheck()
  details() {
    return this.checks.check([() => this.stytch.isHealthy('stytch')]);
  }
}

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [StytchHealthIndicator],
})
class HealthModule {}

/** Holds the shutdown where Nest's server is still open. */
@Injectable()
class SlowShutdown implements BeforeApplicationShutdown {
  #release: (() => void) | undefined;
  readonly #released = new Promise<void>((resolve) => {
    this.#release = resolve;
  });
  hasBegun = false;

  async beforeApplicationShutdown(): Promise<void> {
    this.hasBegun = true;
    await this.#released;
  }

  release(): void {
    this.#release?.();
  }
}

const keySets = '/v1/sessions/jwks/*';
const path = (result: 'ready' | 'details') => `/health/${result}`;

/** The status and body of Terminus for one indicator. */
const up = (condition: string, ...reasons: string[]) => {
  const stytch = { status: 'up', condition, reasons };
  return [200, { status: 'ok', info: { stytch }, error: {}, details: { stytch } }];
};
const down = (condition: string, ...reasons: string[]) => {
  const stytch = { status: 'down', condition, reasons };
  return [503, { status: 'error', info: {}, error: { stytch }, details: { stytch } }];
};

const probe = async ({ browser }: ApplicationUnderTest, result: 'ready' | 'details') => {
  const { status, json } = await browser().get(path(result), { connection: 'close' });
  return [status, json()];
};
const probes = async (application: ApplicationUnderTest) => [
  await probe(application, 'ready'),
  await probe(application, 'details'),
];

describePlatforms('StytchHealthIndicator', (platform) => {
  const stage = useEmulator();
  const start = (settings: Parameters<typeof stage.start>[0] = {}) =>
    stage.start({ platform, controllers: [MeController], imports: [HealthModule], ...settings });
  const startWithKeys = async (settings?: Parameters<typeof stage.start>[0]) => {
    const application = await start(settings);
    await application.app.get(SigningKeys).reload();
    return application;
  };

  it('is down until the signing keys are fetched', async () => {
    stage.emulator.faults.add({ kind: 'status', status: 500, path: keySets });
    const application = await start();
    await until(() => stage.emulator.requests.list().length > 0);
    const missing = down('unavailable', 'keys_missing');
    expect(await probes(application)).toEqual([missing, missing]);

    stage.emulator.faults.clear();
    await application.app.get(SigningKeys).reload();

    expect(await probes(application)).toEqual([up('ok'), up('ok')]);
  });

  it('is ready during an outage of Stytch, and not healthy', async () => {
    const application = await startWithKeys();
    const { browser } = await browserWithExpiredJwt({ ...stage, application });
    stage.emulator.faults.add({ kind: 'status', status: 500, path: '/v1/sessions/authenticate' });
    for (let n = 0; n < 5; n += 1) {
      await browserWithExpiredJwt({ ...stage, application }).then((one) => one.browser.get('/me'));
    }
    const { browser: withValidJwt } = await signedInBrowser({ ...stage, application });

    expect((await browser.get('/me')).status).toBe(503);
    expect((await withValidJwt.get('/me')).status).toBe(200);
    expect(await probes(application)).toEqual([
      up('degraded', 'circuit_open'),
      down('degraded', 'circuit_open'),
    ]);
  });

  it('is ready while the channel to other instances is interrupted, and not healthy', async () => {
    const channel = new InProcessChannel();
    const application = await startWithKeys({ options: { shared: { revocations: channel } } });
    expect(await probes(application)).toEqual([up('ok'), up('ok')]);

    channel.goDown();
    expect(await probes(application)).toEqual([
      up('degraded', 'channel_interrupted'),
      down('degraded', 'channel_interrupted'),
    ]);

    channel.comeBack();
    await until(() => application.app.get(StytchHealth).check().channel === 'connected');
    expect(await probes(application)).toEqual([up('ok'), up('ok')]);
  });

  it('is down from the start of shutdown, while the server still responds', async () => {
    const application = await startWithKeys({ providers: [SlowShutdown] });
    const hook = application.app.get(SlowShutdown);
    const closed = application.close();
    await until(() => hook.hasBegun);

    const response = await probe(application, 'ready');
    hook.release();
    await withinDeadline(closed);

    expect(response).toEqual(down('unavailable', 'shutting_down'));
  });

  it('calls nothing for a hundred probes', async () => {
    const channel = new InProcessChannel();
    const application = await startWithKeys({ options: { shared: { revocations: channel } } });
    stage.emulator.requests.clear();
    const statuses = new Set<number>();

    for (let n = 0; n < 100; n += 1) {
      const { status } = await application.browser().get(path(n % 2 === 0 ? 'ready' : 'details'));
      statuses.add(status);
    }

    expect([...statuses]).toEqual([200]);
    expect([stage.emulator.requests.list(), channel.published.size]).toEqual([[], 0]);
  });
});

describe('StytchHealth.check', () => {
  const stage = useEmulator();
  const clock = new SteppedClock(() => stage.emulator);
  const revokePath = '/v1/sessions/revoke';
  const start = async (options: Parameters<typeof stage.start>[0] = {}) => {
    const application = await stage.start({ controllers: [MeController], ...options });
    await application.app.get(SigningKeys).reload();
    return { application, health: application.app.get(StytchHealth) };
  };
  const idle = (maxInFlight: number) => ({ inFlight: 0, maxInFlight, waiting: 0 });
  const ok: StytchHealthReport = {
    status: 'ok',
    isReady: true,
    reasons: [],
    keys: { count: 1, ageSeconds: 0 },
    circuit: 'closed',
    calls: {
      refresh: idle(256),
      sign_in: idle(64),
      revocation: idle(64),
      keys: idle(2),
      policy: idle(2),
    },
    pendingRevocations: 0,
    channel: 'not_configured',
    sharedLimits: 'not_configured',
    isShuttingDown: false,
  };

  it('reports the whole state as a plain value', async () => {
    const { health } = await start();

    expect(health.check()).toEqual(ok);
    expect(JSON.parse(JSON.stringify(health.check()))).toEqual(ok);
  });

  it('reports the age of the keys, and stale ones while Stytch does not respond', async () => {
    const { application, health } = await start({ options: { clock } });
    clock.advance({ minutes: 4 });
    expect(health.check()).toEqual({ ...ok, keys: { count: 1, ageSeconds: 240 } });

    stage.emulator.faults.add({ kind: 'status', status: 500, path: keySets });
    clock.advance({ minutes: 7 });
    await application.app.get(SigningKeys).reload();
    expect(health.check()).toEqual({
      ...ok,
      status: 'degraded',
      reasons: ['keys_stale'],
      keys: { count: 1, ageSeconds: 660 },
    });

    clock.advance({ minutes: 24 * 60 });
    expect(health.check()).toMatchObject({
      status: 'unavailable',
      isReady: false,
      reasons: ['keys_too_old'],
    });
  });

  it('reports a clock that disagrees with Stytch', async () => {
    let aheadMs = 0;
    const wrong = {
      nowMs: () => stage.emulator.clock.nowMs() + aheadMs,
      monotonicMs: () => clock.monotonicMs(),
    };
    const { health } = await start({ options: { clock: wrong } });
    aheadMs = 200_000;

    expect(health.check()).toMatchObject({
      status: 'unavailable',
      isReady: false,
      reasons: ['clock_untrusted'],
    });
  });

  it('reports revocations that Stytch has not confirmed', async () => {
    const { application, health } = await start();
    const { browser } = await signedInBrowser({ ...stage, application });
    stage.emulator.faults.add({ kind: 'reset', path: revokePath });
    await browser.request('POST', '/auth/logout');

    expect(health.check()).toEqual({ ...ok, pendingRevocations: 1 });
  });

  it('reports calls in flight', async () => {
    const { application, health } = await start({ options: { http: { deadlineMs: 1_000 } } });
    const { browser } = await browserWithExpiredJwt({ ...stage, application });
    stage.emulator.faults.add({ kind: 'hang', path: '/v1/sessions/authenticate' });
    const response = browser.get('/me');
    await until(() => callsTo(stage.emulator).length > 0);

    expect(health.check().calls).toEqual({
      ...ok.calls,
      refresh: { inFlight: 1, maxInFlight: 256, waiting: 0 },
    });
    expect((await response).status).toBe(503);
    expect(health.check().calls).toEqual(ok.calls);
  });

  it('reports a half open circuit when the next call is a probe', async () => {
    const { application, health } = await start({ options: { clock } });
    stage.emulator.faults.add({ kind: 'status', status: 500, path: '/v1/sessions/authenticate' });
    for (let n = 0; n < 5; n += 1) {
      const { session_token } = await stage.emulator.sessions.create({ email: 'ada@example.com' });
      await application.browser().get('/me', { cookie: `stytch_session=${session_token}` });
    }
    expect(health.check().circuit).toBe('open');

    clock.advance({ seconds: 2 });
    expect(health.check().circuit).toBe('half_open');
  });

  it('reports that shared limits fail until they work again', async () => {
    let isFailing = true;
    const limits: LimitStorage = {
      increment: async () => {
        if (isFailing) throw new Error('connection refused');
        return { totalHits: 1, timeToExpire: 1, isBlocked: false, timeToBlockExpire: 0 };
      },
    };
    const { application, health } = await start({ options: { limits: {}, shared: { limits }, clock } });
    const signIn = () => application.browser().postJson('/auth/login', { email: 'ada@example.com' });
    expect(health.check().sharedLimits).toBe('working');

    await signIn();
    expect(health.check()).toMatchObject({
      status: 'degraded',
      isReady: true,
      reasons: ['limits_not_shared'],
      sharedLimits: 'failing',
    });

    isFailing = false;
    clock.advance({ seconds: 1 });
    await signIn();
    expect(health.check()).toMatchObject({ status: 'ok', sharedLimits: 'working' });
  });
});
