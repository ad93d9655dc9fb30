import { Controller, Get } from '@nestjs/common';
import { Protected, type Clock } from 'nestjs-stytch';
import type { FaultEffect as FaultEffect } from 'stytch-emulator';
import {
  bodiesSentTo,
  bothCleared,
  browserWithExpiredJwt,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { until } from '../support/until.js';
import { useApplication } from '../support/use-application.js';

let release: () => void = () => undefined;
let isHeld = false;

@Protected()
@Controller('me')
class MeController {
  @Get()
  show() {
    return 'me';
  }
  @Get('slowly')
  async showSlowly() {
    isHeld = true;
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    isHeld = false;
    return 'me';
  }
}

const revoke = '/v1/sessions/revoke';
const error = (status: number, errorType: string): FaultEffect => ({
  kind: 'status',
  status,
  contentType: 'application/json',
  body: JSON.stringify({ status_code: status, request_id: 'request-id-test-1', error_type: errorType }),
});
const outages: [string, FaultEffect][] = [
  ['hangs', { kind: 'hang' }],
  ['resets the connection', { kind: 'reset' }],
  ['stalls within its answer', { kind: 'stall-body' }],
  ['answers 500', error(500, 'internal_server_error')],
  ['answers 404 in HTML', { kind: 'status', status: 404, contentType: 'text/html', body: 'Not found' }],
  ['refuses our secret', error(401, 'unauthorized_credentials')],
  ['refuses our network', error(403, 'ip_address_blocked')],
  ['has had enough', error(429, 'too_many_requests')],
];

describePlatforms('signing out while Stytch is out', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [MeController],
    options: { http: { deadlineMs: 200 } },
  });
  const isAlive = ({ session_id }: { session_id: string }) =>
    stage.emulator.sessions.list().some((session) => session.session_id === session_id);
  const withCookie = (cookie: string) => stage.application.browser().get('/me', { cookie });

  it.each(outages)('ends the session here at once, by JWT and by token: Stytch %s', async (_, fault) => {
    const { browser, session } = await signedInBrowser(stage);
    for (const path of [revoke, '/v1/sessions/authenticate']) stage.emulator.faults.add({ ...fault, path });
    const began = performance.now();

    const answer = await browser.postForm('/auth/logout');

    // The deadline is 200 ms; the rest is for a busy machine.
    expect(performance.now() - began).toBeLessThan(1_500);
    expect([answer.status, cookiesSetBy(answer)]).toEqual([303, bothCleared]);
    const refused = [
      await withCookie(`${jwtCookie}=${session.session_jwt}; ${tokenCookie}=${session.session_token}`),
      await withCookie(`${jwtCookie}=${session.session_jwt}`),
      await withCookie(`${tokenCookie}=${session.session_token}`),
    ];
    expect(refused.map((refusal) => refusal.json())).toEqual(
      Array(3).fill(expect.objectContaining({ statusCode: 401, code: 'session_revoked' })),
    );
  });

  it.each(outages)('refuses it for as long as it would have lived: Stytch %s', async (_, fault) => {
    const { browser } = await signedInBrowser(stage);
    const cookie = browser.cookieHeader;
    stage.emulator.faults.add({ ...fault, path: revoke });
    await browser.postForm('/auth/logout');
    stage.emulator.faults.clear();
    stage.emulator.requests.clear();

    for (const minutes of [4, 6, 40]) {
      stage.emulator.clock.advance({ minutes });
      // Whenever somebody signs out, those who did so long ago are forgotten.
      await (await signedInBrowser(stage)).browser.postForm('/auth/logout');
      stage.emulator.requests.clear();
      expect((await withCookie(cookie)).json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
    }
    expect(callsTo(stage.emulator).filter((call) => !call.endsWith(revoke))).toEqual([]);
  });

  it('refuses a session known by its token alone, and tells Stytch later', async () => {
    const { browser, session } = await signedInBrowser(stage);
    browser.cookies.delete(jwtCookie);
    stage.emulator.faults.add({ kind: 'reset', path: revoke });

    const answer = await browser.postForm('/auth/logout');
    stage.emulator.faults.clear();
    stage.emulator.clock.advance({ minutes: 2 });
    const afterwards = await withCookie(`${tokenCookie}=${session.session_token}`);

    expect([answer.status, cookiesSetBy(answer)]).toEqual([303, bothCleared]);
    expect(afterwards.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
    await until(() => !isAlive(session), 5_000);
    expect(bodiesSentTo(stage.emulator, revoke)).toContainEqual({ session_token: session.session_token });
  });

  it('tells Stytch again in the background', async () => {
    const { browser, session } = await signedInBrowser(stage);
    stage.emulator.faults.add({ kind: 'reset', path: revoke });

    await browser.postForm('/auth/logout');
    stage.emulator.faults.clear();

    expect(isAlive(session)).toBe(true);
    await until(() => !isAlive(session), 5_000);
  });

  it('is not undone by an answer that was waiting with fresh cookies', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    const cookie = browser.cookieHeader;
    const slow = stage.application.browser().get('/me/slowly', { cookie });
    await until(() => isHeld);

    await browser.postForm('/auth/logout');
    release();
    const answer = await slow;

    expect([answer.status, answer.setCookies]).toEqual([200, []]);
    expect((await withCookie(cookie)).status).toBe(401);
  });

  it('takes every token with it that the browser sent, and no more than three', async () => {
    const tokens = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(44));
    const cookie = tokens.map((token) => `${tokenCookie}=${token}`).join('; ');

    await stage.application.browser().request('POST', '/auth/logout', { headers: { cookie } });

    const revoked = bodiesSentTo(stage.emulator, revoke).map((body) => body?.['session_token']);
    expect(tokens.filter((token) => revoked.includes(token))).toEqual(tokens.slice(0, 3));
  });
});

describePlatforms('signing out with made-up tokens', (platform) => {
  // Time stands still, so that the budget gets nothing back meanwhile.
  const clock: Clock = { nowMs: () => Date.now(), monotonicMs: () => 0 };
  const stage = useApplication({ platform, controllers: [MeController], options: { clock } });

  it('asks Stytch about ten of them a second and no more', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, at) => {
        const cookie = `${tokenCookie}=${String(at).padStart(44, 'x')}`;
        return stage.application.browser().request('POST', '/auth/logout', { headers: { cookie } });
      }),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    await until(() => bodiesSentTo(stage.emulator, revoke).length >= 10);
    expect(bodiesSentTo(stage.emulator, revoke)).toHaveLength(10);
  });
});
