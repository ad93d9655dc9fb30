import { CapturedLog } from '../support/captured-log.js';
import { startEmulatorWithCertificate } from '../support/emulator-with-certificate.js';
import { OrdersController } from '../support/orders.controller.js';
import { signedInBrowser } from '../support/sessions.js';
import { describePlatforms, startApplication } from '../support/start-application.js';
import { StytchFront } from '../support/stytch-front.js';

describePlatforms('an API whose certificate nobody vouches for', (platform) => {
  it('is not spoken to: 503, cookies kept, not a request sent, and the log says why', async () => {
    const certified = await startEmulatorWithCertificate();
    const { emulator, tls } = certified;
    const front = await StytchFront.before(emulator, tls);
    const log = new CapturedLog();
    const application = await startApplication({
      emulator,
      platform,
      controllers: [OrdersController],
      options: { apiUrl: front.url, http: { deadlineMs: 1000 } },
      configure: log.attachTo,
    });
    const { browser } = await signedInBrowser({ emulator, application });

    const answer = await browser.get('/orders');

    expect([answer.status, answer.json(), answer.setCookies]).toEqual([
      503,
      expect.objectContaining({ statusCode: 503, code: 'stytch_unavailable' }),
      [],
    ]);
    expect([front.requests, front.opened > 0]).toEqual([[], true]);
    expect(log.lines.join('\n')).toContain('unreachable (DEPTH_ZERO_SELF_SIGNED_CERT)');
    await application.close();
    await front.close();
    await certified.close();
  });
});
