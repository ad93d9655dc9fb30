import { CapturedLog } from '../support/captured-log.js';
import { startEmulatorWithCertificate } from '../support/emulator-with-certificate.js';
import { OrdersController } from '../support/orders.controller.js';
import { refusalBody } from '../support/refusals.js';
import { signedInBrowser } from '../support/sessions.js';
import { startApplication } from '../support/start-application.js';
import { StytchFront } from '../support/stytch-front.js';

describe('a Stytch API with an untrusted certificate', () => {
  it('gets no request: a session is refused with 503, its cookies are kept, and the log has the reason', async () => {
    const certified = await startEmulatorWithCertificate();
    const { emulator, tls } = certified;
    const front = await StytchFront.before(emulator, tls);
    const log = new CapturedLog();
    const application = await startApplication({
      emulator,
      controllers: [OrdersController],
      options: { apiUrl: front.url, http: { deadlineMs: 1000 } },
      configure: log.attachTo,
    });
    const { browser } = await signedInBrowser({ emulator, application });

    const response = await browser.get('/orders');

    expect([response.status, response.json(), response.setCookies]).toEqual([
      503,
      refusalBody('stytch_unavailable'),
      [],
    ]);
    expect([front.requests, front.opened > 0]).toEqual([[], true]);
    expect(log.lines.join('\n')).toContain('unreachable (DEPTH_ZERO_SELF_SIGNED_CERT)');
    await application.close();
    await front.close();
    await certified.close();
  });
});
