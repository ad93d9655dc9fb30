import { Controller, Get } from '@nestjs/common';
import { Protected, type Clock } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { CapturedLog } from '../support/captured-log.js';
import {
  bothCleared,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  keepSession,
  tokenCookie,
} from '../support/sessions.js';
import { newSigningKey, sessionClaims, signToken } from '../support/session-tokens.js';
import {
  describePlatforms,
  startApplication,
  type ApplicationUnderTest,
} from '../support/start-application.js';

@Protected()
@Controller('me')
class MeController {
  @Get()
  show() {
    return 'me';
  }
}

const oneCall = ['POST /v1/sessions/authenticate'];
const madeUp = (n: number) => `made-up-token-${n}-`.padEnd(43, 'x');

describePlatforms('opaque tokens', (platform) => {
  let emulator: StytchEmulator;
  let application: ApplicationUnderTest;
  /** Stands still unless it is moved, so that the budget gets nothing back meanwhile. */
  let passedMs: number;
  const log = new CapturedLog();

  const letPass = (seconds: number) => {
    passedMs += seconds * 1000;
    emulator.clock.advance({ seconds });
  };
  const send = (cookie: string) => application.browser().get('/me', { cookie });
  const sendToken = (token: string) => send(`${tokenCookie}=${token}`);

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    passedMs = 0;
    const clock: Clock = { nowMs: () => emulator.clock.nowMs(), monotonicMs: () => passedMs };
    application = await startApplication({
      emulator,
      platform,
      controllers: [MeController],
      configure: log.attachTo,
      options: { clock },
    });
  });
  beforeEach(() => {
    letPass(61);
    emulator.requests.clear();
    log.lines.length = 0;
  });
  afterAll(async () => {
    await application.close();
    await emulator.close();
  });

  it('are asked about ten times a second: of fifty made up, forty get a 503 and the time to come again', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => sendToken(madeUp(n))));

    const refused = answers.filter(({ status }) => status === 401);
    const turnedAway = answers.filter(({ status }) => status === 503);
    expect([refused.length, turnedAway.length, callsTo(emulator).length]).toEqual([10, 40, 10]);
    for (const answer of refused) expect(cookiesSetBy(answer)).toEqual(bothCleared);
    for (const answer of turnedAway) {
      expect([answer.json(), answer.headers.get('retry-after'), answer.setCookies]).toEqual([
        expect.objectContaining({ statusCode: 503, code: 'stytch_unavailable' }),
        '1',
        [],
      ]);
    }
  });

  it('of people with a fresh JWT do not suffer from a flood of others', async () => {
    const browser = application.browser();
    keepSession(browser, await emulator.sessions.create({ email: 'ada@example.com' }));
    await Promise.all(Array.from({ length: 50 }, (_, n) => sendToken(madeUp(n))));

    expect((await browser.get('/me')).status).toBe(200);
  });

  it('that Stytch does not know are not asked about for a minute, then once more', async () => {
    const answers = [await sendToken(madeUp(1))];
    letPass(59);
    answers.push(await sendToken(madeUp(1)));
    expect(callsTo(emulator)).toEqual(oneCall);
    letPass(2);
    answers.push(await sendToken(madeUp(1)));

    expect(callsTo(emulator)).toEqual([...oneCall, ...oneCall]);
    for (const answer of answers) {
      expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
      expect(answer.headers.get('www-authenticate')).toBe('Session error="session_revoked"');
      expect(cookiesSetBy(answer)).toEqual(bothCleared);
    }
  });

  it.each(['garbage', 'signed by a stranger in the name of the real key', 'altered in one character'])(
    'beside a JWT that is %s count for nothing: 401 without a call, cookies kept',
    async (what) => {
      const { session_jwt, session_token } = await emulator.sessions.create({ email: 'ada@example.com' });
      const [head = '', body = '', signature = ''] = session_jwt.split('.');
      const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string };
      const nowSeconds = Math.floor(emulator.clock.nowMs() / 1000);
      const claims = sessionClaims({ projectId: emulator.projectId, nowSeconds });
      const jwt =
        what === 'garbage'
          ? 'garbage'
          : what.startsWith('signed')
            ? signToken(newSigningKey(kid), claims)
            : `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;

      const answer = await send(`${jwtCookie}=${jwt}; ${tokenCookie}=${session_token}`);

      expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_invalid' });
      expect([answer.setCookies, callsTo(emulator)]).toEqual([[], []]);
    },
  );

  it('carry a session whose JWT fits no cookie: one call per life of the JWT, one line in the log', async () => {
    const customClaims = { filler: 'x'.repeat(3500) };
    const browser = application.browser();
    const session = await emulator.sessions.create({ email: 'ada@example.com', customClaims });
    browser.cookies.set(tokenCookie, session.session_token);

    const first = await browser.get('/me');
    const second = await browser.get('/me');
    expect(callsTo(emulator)).toEqual(oneCall);
    letPass(360);
    const third = await browser.get('/me');

    expect([first.status, second.status, third.status]).toEqual([200, 200, 200]);
    for (const answer of [first, second, third]) {
      const { [jwtCookie]: jwt, [tokenCookie]: token } = cookiesSetBy(answer);
      expect([jwt?.value ?? '', token?.value ?? session.session_token]).toEqual(['', session.session_token]);
    }
    expect(browser.cookies).toEqual(new Map([[tokenCookie, session.session_token]]));
    expect(callsTo(emulator)).toEqual([...oneCall, ...oneCall]);
    expect(log.lines.filter((line) => line.includes('fits no cookie'))).toHaveLength(1);
  });
});
