import type { StytchEmulator } from 'stytch-emulator';
import { CapturedLog } from '../support/captured-log.js';
import { MeController } from '../support/me.controller.js';
import { refusalBody } from '../support/refusals.js';
import {
  bothCleared,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  keepSession,
  tokenCookie,
} from '../support/sessions.js';
import { newSigningKey, sessionClaims, signToken } from '../support/session-tokens.js';
import { SteppedClock } from '../support/stepped-clock.js';
import { useApplication } from '../support/use-application.js';

const oneCall = ['POST /v1/sessions/authenticate'];
const unknownToken = (n: number) => `unknown-token-${n}-`.padEnd(43, 'x');

describe('opaque tokens', () => {
  const log = new CapturedLog();
  const clock = new SteppedClock((): StytchEmulator => stage.emulator);
  const stage = useApplication({
    controllers: [MeController],
    configure: log.attachTo,
    options: { clock },
  });
  const send = (cookie: string) => stage.application.browser().get('/me', { cookie });
  const sendToken = (token: string) => send(`${tokenCookie}=${token}`);

  const sendUnknownTokens = (count: number, from = 0) =>
    Promise.all(Array.from({ length: count }, (_, n) => sendToken(unknownToken(from + n))));

  beforeEach(() => {
    clock.advance({ seconds: 61 });
    log.lines.length = 0;
  });

  it('are looked up a hundred times at once for one network: of 150 unknown ones, 100 get 401 and 50 get 503 with Retry-After', async () => {
    const responses = await sendUnknownTokens(150);

    const refused = responses.filter(({ status }) => status === 401);
    const limited = responses.filter(({ status }) => status === 503);
    expect([refused.length, limited.length, callsTo(stage.emulator).length]).toEqual([100, 50, 100]);
    for (const response of refused) expect(cookiesSetBy(response)).toEqual(bothCleared);
    for (const response of limited) {
      expect([response.json(), response.headers.get('retry-after'), response.setCookies]).toEqual([
        refusalBody('stytch_unavailable'),
        '1',
        [],
      ]);
    }
  });

  it('are looked up ten times a second for a network that used its burst up', async () => {
    await sendUnknownTokens(150);
    stage.emulator.requests.clear();
    clock.advance({ seconds: 1 });
    await sendUnknownTokens(50, 1000);

    expect(callsTo(stage.emulator)).toEqual(Array(10).fill(oneCall[0]));
  });

  it('beside a fresh JWT are not affected by a flood of unknown tokens', async () => {
    const browser = stage.application.browser();
    keepSession(browser, await stage.emulator.sessions.create({ email: 'ada@example.com' }));
    await sendUnknownTokens(150);

    expect((await browser.get('/me')).status).toBe(200);
  });

  it('that Stytch does not know are looked up once a minute and refused with 401', async () => {
    const responses = [await sendToken(unknownToken(1))];
    clock.advance({ seconds: 59 });
    responses.push(await sendToken(unknownToken(1)));
    expect(callsTo(stage.emulator)).toEqual(oneCall);
    clock.advance({ seconds: 2 });
    responses.push(await sendToken(unknownToken(1)));

    expect(callsTo(stage.emulator)).toEqual([...oneCall, ...oneCall]);
    for (const response of responses) {
      expect(response.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
      expect(response.headers.get('www-authenticate')).toBe('Session error="session_revoked"');
      expect(cookiesSetBy(response)).toEqual(bothCleared);
    }
  });

  it.each(['garbage', 'signed with another key under the id of the real key', 'altered in one character'])(
    'are not looked up beside a JWT that is %s: responds 401 and keeps the cookies',
    async (what) => {
      const { session_jwt, session_token } = await stage.emulator.sessions.create({
        email: 'ada@example.com',
      });
      const [head = '', body = '', signature = ''] = session_jwt.split('.');
      const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string };
      const nowSeconds = Math.floor(stage.emulator.clock.nowMs() / 1000);
      const claims = sessionClaims({ projectId: stage.emulator.projectId, nowSeconds });
      const jwt =
        what === 'garbage'
          ? 'garbage'
          : what.startsWith('signed')
            ? signToken(newSigningKey(kid), claims)
            : `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;

      const response = await send(`${jwtCookie}=${jwt}; ${tokenCookie}=${session_token}`);

      expect(response.json()).toMatchObject({ statusCode: 401, code: 'session_invalid' });
      expect([response.setCookies, callsTo(stage.emulator)]).toEqual([[], []]);
    },
  );

  it('carry a session whose JWT is too large for a cookie, with one call per JWT and one line in the log', async () => {
    const customClaims = { filler: 'x'.repeat(3500) };
    const browser = stage.application.browser();
    const session = await stage.emulator.sessions.create({ email: 'ada@example.com', customClaims });
    browser.cookies.set(tokenCookie, session.session_token);

    const first = await browser.get('/me');
    const second = await browser.get('/me');
    expect(callsTo(stage.emulator)).toEqual(oneCall);
    clock.advance({ minutes: 6 });
    const third = await browser.get('/me');

    expect([first.status, second.status, third.status]).toEqual([200, 200, 200]);
    for (const response of [first, second, third]) {
      const { [jwtCookie]: jwt, [tokenCookie]: token } = cookiesSetBy(response);
      expect([jwt?.value ?? '', token?.value ?? session.session_token]).toEqual(['', session.session_token]);
    }
    expect(browser.cookies).toEqual(new Map([[tokenCookie, session.session_token]]));
    expect(callsTo(stage.emulator)).toEqual([...oneCall, ...oneCall]);
    expect(log.lines.filter((line) => line.includes('fits no cookie'))).toHaveLength(1);
  });
});
