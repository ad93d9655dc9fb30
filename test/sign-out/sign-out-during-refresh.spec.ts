import type { IncomingMessage } from 'node:http';
import { Controller, Get } from '@nestjs/common';
import { Protected } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { refusalBody } from '../support/refusals.js';
import {
  bothCleared,
  browserWithExpiredJwt,
  cookiesSetBy,
  jwtCookie,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import {
  describePlatforms,
  startApplication,
  type ApplicationUnderTest,
} from '../support/start-application.js';
import { StytchFront } from '../support/stytch-front.js';
import { until } from '../support/until.js';

@Protected()
@Controller('me')
class MeController {
  @Get()
  show() {
    return 'me';
  }
}

const authenticate = '/v1/sessions/authenticate';
const signedOut = refusalBody('session_revoked');

describePlatforms('signing out while the session is being refreshed', (platform) => {
  let emulator: StytchEmulator;
  let front: StytchFront;
  let application: ApplicationUnderTest;

  /** Stytch has answered before it heard of the logout; the answer arrives after it. */
  async function answerAfter(happens: () => Promise<unknown>, ask: () => Promise<unknown>): Promise<void> {
    let deliver: (() => void) | undefined;
    front.respond(authenticate, (request, response) => {
      void bodyOf(request)
        .then((body) => front.emulatorResponse(authenticate, body))
        .then((answer) => {
          deliver = () => response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
        });
    });
    const asked = ask();
    await until(() => deliver !== undefined);
    await happens();
    deliver?.();
    await asked;
  }
  const bodyOf = async (request: IncomingMessage) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    return JSON.parse(text) as Record<string, unknown>;
  };

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    front = await StytchFront.before(emulator);
    application = await startApplication({
      emulator,
      platform,
      controllers: [MeController],
      options: { apiUrl: front.url },
    });
  });
  beforeEach(() => {
    front.reset();
  });
  afterAll(async () => {
    await application.close();
    await front.close();
    await emulator.close();
  });

  it.each(['an expired JWT', 'the opaque token alone'])('by %s is not undone by the answer', async (by) => {
    const stage = { emulator, application };
    const { browser } = by.includes('JWT')
      ? await browserWithExpiredJwt(stage)
      : await signedInBrowser(stage);
    if (by.includes('token')) browser.cookies.delete(jwtCookie);
    const cookie = browser.cookieHeader;
    const send = () => application.browser().get('/me', { cookie });
    let late: Awaited<ReturnType<typeof send>> | undefined;

    await answerAfter(
      () => browser.request('POST', '/auth/logout'),
      async () => {
        late = await send();
      },
    );
    front.reset();
    const next = await send();

    expect([late?.json(), next.json()]).toEqual([signedOut, signedOut]);
    expect([cookiesSetBy(late!), cookiesSetBy(next)]).toEqual([bothCleared, bothCleared]);
    expect([browser.cookies.has(jwtCookie), browser.cookies.has(tokenCookie)]).toEqual([false, false]);
    expect(front.requests).toEqual([]);
  });

  it('stays so for the opaque token when the answer is that Stytch is down', async () => {
    const { browser } = await signedInBrowser({ emulator, application });
    browser.cookies.delete(jwtCookie);
    const cookie = browser.cookieHeader;
    const send = () => application.browser().get('/me', { cookie });
    let fail: (() => void) | undefined;
    front.respond(authenticate, (_, response) => {
      fail = () => response.writeHead(500).end();
    });
    front.respond('/v1/sessions/revoke', (_, response) => response.writeHead(500).end());
    const late = send();
    await until(() => fail !== undefined);
    await browser.request('POST', '/auth/logout');
    fail?.();
    expect((await late).json()).toEqual(signedOut);
    front.reset();
    emulator.clock.advance({ seconds: 30 });

    const next = await send();

    expect([next.json(), cookiesSetBy(next)]).toEqual([signedOut, bothCleared]);
  });
});
