import { startStytchEmulator, type MintedSession, type StytchEmulator } from 'stytch-emulator';
import { startApplicationProcess, type ApplicationProcess } from '../support/start-application-process.js';
import { callsTo, keepSession } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { first, until } from '../support/until.js';

const deadlineMs = 800;

describePlatforms('an application that receives SIGTERM while Stytch hangs', (platform) => {
  let emulator: StytchEmulator;
  let running: ApplicationProcess;

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    running = await startApplicationProcess(emulator, { platform, deadlineMs });
  });
  afterAll(async () => {
    running.child.kill('SIGKILL');
    await running.ended;
    await emulator.close();
  });

  const browserWith = (session: MintedSession) => {
    const browser = running.browser();
    keepSession(browser, session);
    return browser;
  };

  it('responds 503 to the pending request at its deadline after SIGTERM, keeps the cookies, and exits without an error', async () => {
    // Without the signing keys, which may take longer than the deadline to fetch, there would be no call.
    const signedIn = browserWith(await emulator.sessions.create({ email: 'ada@example.com' }));
    await first(
      () => signedIn.get('/orders', { connection: 'close' }),
      ({ status }) => status === 200,
    );
    // The process uses the system clock, so the JWT must have been issued in the past to be expired.
    emulator.clock.advance({ minutes: -6 });
    const session = await emulator.sessions.create({ email: 'ada@example.com' });
    emulator.clock.reset();
    const browser = browserWith(session);
    const cookiesBefore = new Map(browser.cookies);
    emulator.faults.add({ kind: 'hang', path: '/v1/sessions/authenticate' });
    const pendingResponse = browser.get('/orders', { connection: 'close' });
    await until(() => callsTo(emulator).length > 0);

    running.child.kill('SIGTERM');
    const [response, exit] = await Promise.all([pendingResponse, running.ended]);

    expect([response.status, response.setCookies]).toEqual([503, []]);
    expect(response.json()).toMatchObject({ statusCode: 503, code: 'stytch_unavailable' });
    expect(browser.cookies).toEqual(cookiesBefore);
    expect(exit).toEqual({ exitCode: null, signal: 'SIGTERM' });
    expect(running.output.stderr).toBe('');
  });
});
