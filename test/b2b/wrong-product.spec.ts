import { StytchModule } from 'nestjs-stytch';
import { StytchB2BModule, type StytchB2BModuleOptions } from 'nestjs-stytch/b2b';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { CapturedLog } from '../support/captured-log.js';
import { startMemberEmulator } from '../support/member-emulator.js';
import { OrdersController } from '../support/orders.controller.js';
import { refusalBody } from '../support/refusals.js';
import { keepSession } from '../support/sessions.js';
import { startApplication, type ApplicationSettings } from '../support/start-application.js';

describe.each<[string, () => Promise<StytchEmulator>, NonNullable<ApplicationSettings['register']>, RegExp]>([
  [
    'StytchModule with the credentials of a B2B project',
    startMemberEmulator,
    (options) => StytchModule.forRoot(options),
    /^error projectId is the ID of a B2B project, and StytchModule is for consumer projects\. Use StytchB2BModule /,
  ],
  [
    'StytchB2BModule with the credentials of a consumer project',
    startStytchEmulator,
    (options) => StytchB2BModule.forRoot(options as StytchB2BModuleOptions),
    /^error projectId is the ID of a consumer project, and StytchB2BModule is for B2B projects\. Use StytchModule /,
  ],
])('%s', (_, startEmulator, register, message) => {
  it('responds 503, keeps the cookies, and logs once which module to use', async () => {
    const emulator = await startEmulator();
    const log = new CapturedLog();
    const application = await startApplication({
      emulator,
      register,
      controllers: [OrdersController],
      configure: log.attachTo,
    });
    const browser = application.browser();
    keepSession(browser, await emulator.sessions.create({ email: 'ada@example.com' }));
    const responses = [await browser.get('/orders'), await browser.get('/orders')];
    await application.close();
    await emulator.close();

    expect(responses.map(({ status, setCookies }) => [status, setCookies])).toEqual([
      [503, []],
      [503, []],
    ]);
    expect(responses[0]?.json()).toEqual(refusalBody('stytch_unavailable'));
    expect(log.lines.filter((line) => line.startsWith('error'))).toEqual([expect.stringMatching(message)]);
  });
});
