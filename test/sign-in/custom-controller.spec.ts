import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Protected, SignIn, SignOut, StytchRefusalException } from 'nestjs-stytch';
import { bodiesSentTo, bothCleared, cookiesSetBy, jwtCookie } from '../support/sessions.js';
import { callbackPathOf } from '../support/links.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

/** Login routes of an application's own, over the steps of the package. */
@Controller('door')
class DoorController {
  constructor(
    private readonly signIn: SignIn,
    private readonly signOut: SignOut,
    private readonly host: HttpAdapterHost,
  ) {}

  @Post('knock')
  async knock(
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
    @Body() body: { email?: unknown; to?: unknown },
  ) {
    const callbackUrl = 'http://localhost:3000/door/open';
    return this.signIn.requestLink(request, response, { email: body.email, returnTo: body.to, callbackUrl });
  }
  @Post('knock-nowhere')
  async knockNowhere(@Req() request: unknown, @Res({ passthrough: true }) response: unknown) {
    return this.signIn.requestLink(request, response, { email: 'ada@example.com' });
  }
  @Get('open')
  async open(@Req() request: unknown, @Res() response: unknown) {
    const completion = await this.signIn.complete(request, response);
    if (completion.kind === 'refused') throw new StytchRefusalException(completion.refusal);
    if (!('returnTo' in completion)) throw new Error('Not what a bound browser meets.');
    this.host.httpAdapter.redirect(response, 303, `${completion.returnTo}?kind=${completion.kind}`);
  }
  @Post('leave')
  async leave(@Req() request: unknown, @Res({ passthrough: true }) response: unknown) {
    return this.signOut.signOut(request, response);
  }
  @Protected()
  @Get('room')
  room() {
    return 'room';
  }
}

describePlatforms('login routes of one’s own', (platform) => {
  const stage = useApplication({ platform, controllers: [DoorController], options: { routes: false } });

  async function knocked(fields: object = {}) {
    const browser = stage.application.browser();
    stage.emulator.messages.clear();
    const answer = await browser.postJson('/door/knock', { email: 'ada@example.com', ...fields });
    return { browser, answer, callback: await callbackPathOf(stage.emulator, 'ada@example.com') };
  }

  it('sign in and out by the same steps', async () => {
    const { browser, answer, callback } = await knocked({ to: '/door/room' });
    expect(answer.json()).toEqual({ kind: 'sent' });
    expect(bodiesSentTo(stage.emulator, '/v1/magic_links/email/login_or_create')).toMatchObject([
      { login_magic_link_url: 'http://localhost:3000/door/open' },
    ]);

    const opened = await browser.visit(callback);
    const room = await browser.get('/door/room');
    const left = await browser.postJson('/door/leave', {});

    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/door/room?kind=signed_in']);
    expect(Object.keys(cookiesSetBy(opened))).toContain(jwtCookie);
    expect(opened.headers.get('cache-control')).toBe('no-store');
    expect([room.status, left.json()]).toEqual([200, { kind: 'signed_out' }]);
    expect(cookiesSetBy(left)).toEqual(bothCleared);
  });

  it('keep the tie to the browser', async () => {
    const { callback } = await knocked();

    const answer = await stage.application.browser().get(callback);

    expect(answer.json()).toMatchObject({ statusCode: 400, code: 'link_for_another_browser' });
  });

  it('do not use up a link on HEAD', async () => {
    const { browser, callback } = await knocked();

    await browser.request('HEAD', callback);

    expect((await browser.visit(callback)).status).toBe(303);
  });

  it('get refusals as values', async () => {
    const answer = await stage.application.browser().postJson('/door/knock', { email: 'ada' });

    expect(answer.json()).toMatchObject({ kind: 'refused', refusal: { status: 400, code: 'email_invalid' } });
  });

  it('have to say where the link leads', async () => {
    expect((await stage.application.browser().postJson('/door/knock-nowhere', {})).status).toBe(500);
  });

  it('leave no page to send people to: 401 as it is', async () => {
    const answer = await stage.application.browser().visit('/door/room');

    expect([answer.status, answer.headers.get('location')]).toEqual([401, null]);
    expect(answer.json()).toMatchObject({ code: 'session_missing' });
  });
});
