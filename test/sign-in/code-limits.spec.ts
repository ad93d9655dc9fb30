import { emailOtp, StytchEvents, type StytchEvent } from 'nestjs-stytch';
import type { TestBrowser, TestResponse } from 'nestjs-stytch/testing';
import { authenticateCodePath, codeSentTo, finishWith, wrongCode } from '../support/codes.js';
import { refusalBody } from '../support/refusals.js';
import { bodiesSentTo } from '../support/sessions.js';
import type { ApplicationUnderTest } from '../support/start-application.js';
import { useEmulator } from '../support/use-application.js';

const off = { perAddress: false, perAddressTotal: false, perIp: false } as const;
const tooMany = refusalBody('rate_limited');
const ada = 'ada@example.com';

describe('the limits on tried codes', () => {
  const stage = useEmulator();
  let application: ApplicationUnderTest;
  let exceeded: string[];

  async function startWithLimits(limits: object): Promise<void> {
    application = await stage.start({ options: { methods: [emailOtp()], limits: { ...off, ...limits } } });
    exceeded = [];
    application.app.get(StytchEvents).subscribe((event: StytchEvent) => {
      if (event.type === 'rate_limited') exceeded.push(event.limit);
    });
  }

  /** Requests a code with a new browser or the given one. */
  async function requestCode(
    browser = application.browser(),
    email = ada,
  ): Promise<{ browser: TestBrowser; code: string }> {
    stage.emulator.messages.clear();
    const sent = await browser.postJson('/auth/login', { email });
    if (sent.status !== 202) throw new Error(`POST /auth/login responded ${sent.status}.`);
    return { browser, code: await codeSentTo(stage.emulator, email) };
  }

  async function statusesOfGuesses(browser: TestBrowser, code: string, count: number): Promise<number[]> {
    const statuses = [];
    for (let n = 0; n < count; n += 1) statuses.push((await finishWith(browser, wrongCode(code))).status);
    return statuses;
  }

  const triedAtStytch = () => bodiesSentTo(stage.emulator, authenticateCodePath).length;
  const seen = (response: TestResponse) => [response.status, response.json(), response.setCookies];

  it('keeps a code valid if another one was requested and could not be sent', async () => {
    await startWithLimits({});
    const { browser, code } = await requestCode();
    stage.emulator.faults.add({ kind: 'status', status: 500, path: '/v1/otps/email/*' });
    const resent = await browser.postJson('/auth/login', { email: ada });
    stage.emulator.faults.clear();

    expect(seen(resent)).toEqual([503, refusalBody('stytch_unavailable'), []]);
    expect((await finishWith(browser, code)).status).toBe(200);
  });

  it('responds 429 after five tries of a code, also to the right one, and accepts a new code of the browser', async () => {
    await startWithLimits({});
    const { browser, code } = await requestCode();
    const copy = application.browser();
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);

    expect(await statusesOfGuesses(browser, code, 5)).toEqual([400, 400, 400, 400, 400]);
    const [again, inCopy] = [await finishWith(browser, code), await finishWith(copy, code)];

    const message = 'This code was tried too many times. Request another one.';
    expect(seen(again)).toEqual([429, { ...tooMany, message }, []]);
    expect(again.headers.get('retry-after')).toMatch(/^3[56]\d\d$/);
    expect(seen(inCopy)).toEqual([429, { ...tooMany, message }, []]);
    const page = await browser.postForm('/auth/login/email-otp/finish', { code });
    expect([page.status, page.headers.get('retry-after'), page.setCookies]).toEqual([
      429,
      expect.stringMatching(/^3[56]\d\d$/),
      [],
    ]);
    expect(page.text).toContain(`role="alert">${message}</p>`);
    expect(page.text).toContain('Send another code');
    expect(triedAtStytch()).toBe(5);
    expect(exceeded).toEqual(['code', 'code', 'code']);
    const { code: newCode } = await requestCode(browser);
    expect((await finishWith(browser, newCode)).status).toBe(200);
  });

  it.each([
    ['perAddress', 'address'],
    ['perAddressTotal', 'address_total'],
  ])(
    'responds 429 when several browsers tried too many codes of an address for limits.%s, except to the first try of a code',
    async (limit, name) => {
      await startWithLimits({ [limit]: { max: 2, windowSeconds: 600 } });
      const guesser = await requestCode();
      const owner = await requestCode();

      const statuses = [
        await statusesOfGuesses(guesser.browser, guesser.code, 5),
        await statusesOfGuesses(owner.browser, owner.code, 5),
      ];

      expect(statuses).toEqual([
        [400, 400, 400, 400, 400],
        [400, 400, 400, 429, 429],
      ]);
      expect([triedAtStytch(), exceeded]).toEqual([8, [name, name]]);
      const { code } = await requestCode(owner.browser);
      expect((await finishWith(owner.browser, code)).status).toBe(200);
    },
  );

  it('responds 429 when a network tried too many codes of any address', async () => {
    await startWithLimits({ perIp: { max: 3, windowSeconds: 60 } });
    const { browser, code } = await requestCode();

    expect(await statusesOfGuesses(browser, code, 5)).toEqual([400, 400, 400, 429, 429]);
    expect([triedAtStytch(), exceeded]).toEqual([3, ['ip', 'ip']]);
    stage.emulator.clock.advance({ seconds: 61 });
    expect((await finishWith(browser, code)).status).toBe(200);
  });

  it.each([
    ['allow', 429, tooMany],
    ['deny', 400, refusalBody('code_incorrect')],
  ] as const)(
    'keeps signing in others while Stytch has locked a user, which it tells only if everybody may sign up: %s',
    async (signUp, status, body) => {
      const [email, other] = [`locked-${signUp}@example.com`, 'grace@example.com'];
      for (const one of [email, other]) await stage.emulator.sessions.create({ email: one });
      application = await stage.start({ options: { methods: [emailOtp({ signUp })], limits: off } });
      for (let n = 0; n < 2; n += 1) {
        const { browser, code } = await requestCode(undefined, email);
        await statusesOfGuesses(browser, code, 5);
      }
      const { browser, code } = await requestCode(undefined, email);

      const locked = await finishWith(browser, code);

      expect(seen(locked)).toEqual([status, body, []]);
      const ofOther = await requestCode(undefined, other);
      expect((await finishWith(ofOther.browser, ofOther.code)).status).toBe(200);
    },
  );

  it('does not count what is no code', async () => {
    await startWithLimits({});
    const { browser, code } = await requestCode();
    for (let n = 0; n < 6; n += 1) await finishWith(browser, 'abcdef');

    expect((await finishWith(browser, code)).status).toBe(200);
  });
});
