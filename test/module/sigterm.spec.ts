import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { startApplicationProcess, type ApplicationProcess } from '../support/start-application-process.js';
import { callsTo, keepSession } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { until } from '../support/until.js';

/** Timeout of tests that start processes. */
const timeoutMs = 60_000;
const deadlineMs = 800;

describePlatforms('an application that receives SIGTERM while Stytch hangs', (platform) => {
  let emulator: StytchEmulator;
  let running: ApplicationProcess;

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    running = await startApplicationProcess(emulator, { platform, deadlineMs });
  }, timeoutMs);
  afterAll(async () => {
    running.child.kill('SIGKILL');
    await running.ended;
    await emulator.close();
  });

  it(
    'responds 503 to the pending request at its deadline after SIGTERM, keeps the cookies, and exits without an error',
    async () => {
      // The process uses the system clock, so the JWT must have been issued in the past to be expired.
      emulator.clock.advance({ minutes: -6 });
      const session = await emulator.sessions.create({ email: 'ada@example.com' });
      emulator.clock.reset();
      const browser = running.browser();
      keepSession(browser, session);
      const cookiesBefore = new Map(browser.cookies);
      emulator.faults.add({ kind: 'hang', path: '/v1/sessions/authenticate' });
      const pendingResponse = browser.get('/orders', { connection: 'close' });
      await until(() => callsTo(emulator).length > 0, timeoutMs);

      running.child.kill('SIGTERM');
      const [response, exit] = await Promise.all([pendingResponse, running.ended]);

      expect([response.status, response.setCookies]).toEqual([503, []]);
      expect(response.json()).toMatchObject({ statusCode: 503, code: 'stytch_unavailable' });
      expect(browser.cookies).toEqual(cookiesBefore);
      expect(exit).toEqual({ exitCode: null, signal: 'SIGTERM' });
      expect(running.output.stderr).toBe('');
    },
    timeoutMs,
  );
});
