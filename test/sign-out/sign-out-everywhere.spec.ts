import { Controller, Get } from '@nestjs/common';
import { Protected } from 'nestjs-stytch';
import { startStytchEmulator } from 'stytch-emulator';
import { bothCleared, cookiesSetBy, jwtCookie, signedInBrowser } from '../support/sessions.js';
import { describePlatforms, startApplication } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

@Protected()
@Controller('me')
class MeController {
  @Get()
  show() {
    return 'me';
  }
}

const unavailable = { statusCode: 503, code: 'stytch_unavailable' };

describePlatforms('signing out everywhere', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [MeController],
    options: { http: { deadlineMs: 200 } },
  });
  const devices = async () => ({
    phone: (await signedInBrowser(stage)).browser,
    desk: await signedInBrowser(stage),
    stranger: (await signedInBrowser(stage, { email: 'grace@example.com' })).browser,
  });
  const statusOf = async (cookie: string) =>
    (await stage.application.browser().get('/me', { cookie })).status;

  it.each<[string, unknown]>([
    ['true', true],
    ["'true'", 'true'],
    ["'1'", '1'],
    ["'on'", 'on'],
  ])('ends every session of the person and nobody else’s: everywhere=%s', async (_, everywhere) => {
    const { phone, desk, stranger } = await devices();
    const cookies = [phone, desk.browser, stranger].map((browser) => browser.cookieHeader);

    const answer = await phone.postJson('/auth/logout', { everywhere });

    expect([answer.status, cookiesSetBy(answer)]).toEqual([204, bothCleared]);
    expect(await Promise.all(cookies.map(statusOf))).toEqual([401, 401, 200]);
    expect(stage.emulator.sessions.list().map(({ user_id }) => user_id)).not.toContain(desk.session.user_id);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['false', false],
    ["'false'", 'false'],
    ['a list', ['true']],
  ])('is not what happens where that was not asked: everywhere=%s', async (_, everywhere) => {
    const { phone, desk } = await devices();

    await phone.postJson('/auth/logout', { everywhere });

    expect((await desk.browser.get('/me')).status).toBe(200);
  });

  it('knows the person by the token alone', async () => {
    const { phone, desk } = await devices();
    const cookie = desk.browser.cookieHeader;
    phone.cookies.delete(jwtCookie);

    const answer = await phone.postJson('/auth/logout', { everywhere: true });

    expect([answer.status, await statusOf(cookie)]).toEqual([204, 401]);
  });

  it.each<[string, boolean]>([
    ['the JWT', true],
    ['the token alone', false],
  ])(
    'that cannot be done at the moment is 503, and this browser is signed out all the same: by %s',
    async (_, hasJwt) => {
      const { phone } = await devices();
      if (!hasJwt) phone.cookies.delete(jwtCookie);
      const cookie = phone.cookieHeader;
      for (const path of ['/v1/sessions', '/v1/sessions/authenticate'])
        stage.emulator.faults.add({ kind: 'hang', path });

      const program = await phone.postJson('/auth/logout', { everywhere: true });
      const person = await stage.application
        .browser()
        .postForm('/auth/logout', { everywhere: 'on' }, { cookie });

      expect([program.status, program.json(), cookiesSetBy(program)]).toMatchObject([
        503,
        unavailable,
        bothCleared,
      ]);
      expect(program.headers.get('retry-after')).toBe('5');
      expect(cookiesSetBy(person)).toEqual(bothCleared);
      expect(await statusOf(cookie)).toBe(401);
    },
  );

  it('refuses the other sessions until they end, where Stytch listed them and then went out', async () => {
    const { phone, desk } = await devices();
    const cookie = desk.browser.cookieHeader;
    stage.emulator.faults.add({ kind: 'reset', path: '/v1/sessions/revoke' });
    await phone.postJson('/auth/logout', { everywhere: true });
    stage.emulator.faults.clear();

    for (const minutes of [0, 6, 10, 30]) {
      stage.emulator.clock.advance({ minutes });
      await (await signedInBrowser(stage)).browser.postForm('/auth/logout');
      expect(await statusOf(cookie)).toBe(401);
    }
  });
});

describePlatforms('signing out everywhere before any keys could be fetched', (platform) => {
  it('is 503, since it cannot be told whose sessions to end; this browser is signed out', async () => {
    const emulator = await startStytchEmulator();
    emulator.faults.add({ kind: 'status', status: 500, path: '/v1/sessions/jwks/*' });
    const application = await startApplication({ emulator, platform, controllers: [MeController] });
    const { browser, session } = await signedInBrowser({ emulator, application });

    const answer = await browser.postJson('/auth/logout', { everywhere: true });

    expect([answer.status, answer.json()]).toMatchObject([503, unavailable]);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(cookiesSetBy(answer)).toEqual(bothCleared);
    const alive = emulator.sessions.list().map(({ session_id }) => session_id);
    expect(alive).not.toContain(session.session_id);
    await application.close();
    await emulator.close();
  });
});
