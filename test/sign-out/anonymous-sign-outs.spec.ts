import type { StytchEmulator } from 'stytch-emulator';
import type { TestBrowser } from 'nestjs-stytch/testing';
import { MeController } from '../support/me.controller.js';
import { callsTo, jwtCookie, signedInBrowser, tokenCookie } from '../support/sessions.js';
import { SteppedClock } from '../support/stepped-clock.js';
import { useApplication } from '../support/use-application.js';

const people = 75;
const count = (calls: string[], path: string) => calls.filter((call) => call === `POST ${path}`).length;

describe('hundreds of sign-outs with made-up tokens', () => {
  const clock = new SteppedClock((): StytchEmulator => stage.emulator);
  // Has room for about 200 opaque tokens.
  const session = { cacheMegabytes: 1 };
  const stage = useApplication({ controllers: [MeController], options: { clock, session } });
  const statusesOf = async (browsers: readonly TestBrowser[]) =>
    (await Promise.all(browsers.map((browser) => browser.get('/me')))).map(({ status }) => status);

  /** From one network, as everything else here. */
  async function signOutAnonymously(requests: number, from: number): Promise<void> {
    const browser = stage.application.browser();
    const atOnce = 50;
    for (let sent = 0; sent < requests; sent += atOnce) {
      const responses = Array.from({ length: atOnce }, (_, n) => {
        const token = `made-up-token-${from + sent + n}-`.padEnd(43, 'x');
        return browser.request('POST', '/auth/logout', { headers: { cookie: `${tokenCookie}=${token}` } });
      });
      for (const { status } of await Promise.all(responses)) expect(status).toBe(204);
    }
  }

  it('cost no more calls than the budget of their network, and neither sign out nor refuse the people of that network', async () => {
    const browsers: TestBrowser[] = [];
    for (let person = 0; person < people; person += 1) {
      const { browser } = await signedInBrowser(stage, { email: `person-${person}@example.com` });
      // Nothing but the cache knows these sessions.
      browser.cookies.delete(jwtCookie);
      browsers.push(browser);
    }
    const served = Array<number>(people).fill(200);
    expect(await statusesOf(browsers)).toEqual(served);
    for (const { cookies } of browsers) cookies.delete(jwtCookie);
    stage.emulator.requests.clear();

    await signOutAnonymously(300, 0);
    expect(callsTo(stage.emulator)).toEqual(Array(100).fill('POST /v1/sessions/revoke'));
    expect(await statusesOf(browsers)).toEqual(served);
    expect(count(callsTo(stage.emulator), '/v1/sessions/authenticate')).toBe(0);

    // Their sessions need a call each, while the network has no budget left.
    clock.advance({ minutes: 6 });
    await signOutAnonymously(150, 5000);
    for (const { cookies } of browsers) cookies.delete(jwtCookie);
    stage.emulator.requests.clear();
    expect(await statusesOf(browsers)).toEqual(served);
    expect(callsTo(stage.emulator)).toEqual(Array(people).fill('POST /v1/sessions/authenticate'));
  }, 60_000);
});
