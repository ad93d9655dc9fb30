import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, StytchEvents, type Session } from 'nestjs-stytch';
import { browserWithExpiredJwt, callsTo, signedInBrowser } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication, type Stage } from '../support/use-application.js';

@Protected()
@Controller('me')
class MeController {
  @Get()
  show(@CurrentSession() session: Session) {
    return { userId: session.userId, unconfirmed: session.unconfirmed ?? false };
  }
}
const path = '/v1/sessions/authenticate';

/** Five people in a row for whom Stytch does not answer. */
async function proveItDown(stage: Stage): Promise<void> {
  for (let n = 0; n < 5; n += 1) {
    await signedInBrowser(stage, { email: `somebody-${n}@example.com` }).then(({ browser }) => {
      stage.emulator.clock.advance({ minutes: 6 });
      return browser.get('/me');
    });
  }
}

describePlatforms('a Stytch that is down for longer', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [MeController],
    options: { http: { deadlineMs: 100 } },
  });

  it('is asked no more but for a probe, and everybody is told so at once', async () => {
    const events: string[] = [];
    const end = stage.application.app.get(StytchEvents).subscribe(({ type }) => events.push(type));
    const people = await Promise.all(
      Array.from({ length: 10 }, (_, n) => signedInBrowser(stage, { email: `n${n}@example.com` })),
    );
    stage.emulator.clock.advance({ minutes: 6 });
    stage.emulator.faults.add({ kind: 'hang', path });
    for (const { browser } of people.slice(0, 5)) expect((await browser.get('/me')).status).toBe(503);
    stage.emulator.requests.clear();

    const answers = await Promise.all(people.map(({ browser }) => browser.get('/me')));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    for (const answer of answers) expect(answer.setCookies).toEqual([]);
    expect(callsTo(stage.emulator)).toEqual([]);
    expect(events).toContain('outage_began');

    stage.emulator.faults.clear();
    stage.emulator.clock.advance({ seconds: 3 });
    const after = await people[0]!.browser.get('/me');
    const others = await people[1]!.browser.get('/me');
    end();

    expect([after.status, others.status]).toEqual([200, 200]);
    expect(events).toContain('outage_ended');
  });

  it('is not proven by refusals', async () => {
    for (let n = 0; n < 8; n += 1) {
      const { browser } = await browserWithExpiredJwt(stage, { email: `r${n}@example.com` });
      stage.emulator.faults.add({
        kind: 'status',
        status: 429,
        contentType: 'application/json',
        body: '{}',
        path,
        times: 1,
      });
      await browser.get('/me');
    }
    const { browser } = await browserWithExpiredJwt(stage);

    expect((await browser.get('/me')).status).toBe(200);
  });

  it('is not asked again about a session before it said so', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    const headers = { 'retry-after': '7' };
    stage.emulator.faults.add({ kind: 'status', status: 429, headers, body: '{}', path });

    for (let n = 0; n < 5; n += 1) expect((await browser.get('/me')).status).toBe(503);

    expect(callsTo(stage.emulator)).toHaveLength(1);
    stage.emulator.faults.clear();
    stage.emulator.clock.advance({ seconds: 8 });
    expect((await browser.get('/me')).status).toBe(200);
  });

  it('has lost one connection only: the question is repeated once', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({ kind: 'reset', path, times: 1 });

    expect((await browser.get('/me')).status).toBe(200);
    expect(callsTo(stage.emulator)).toHaveLength(2);
  });
});

describePlatforms('outage.graceSeconds', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [MeController],
    options: { http: { deadlineMs: 100 }, outage: { graceSeconds: 600 } },
  });

  it('lets genuine sessions through while Stytch is proven down, for so long, and says so', async () => {
    const { browser, session } = await signedInBrowser(stage);
    stage.emulator.faults.add({ kind: 'reset', path });
    await proveItDown(stage);
    const { browser: recent, session: theirs } = await browserWithExpiredJwt(stage);

    const overdue = await browser.get('/me');
    const within = await recent.get('/me');

    expect(overdue.status).toBe(503);
    expect([within.status, within.json(), within.setCookies]).toEqual([
      200,
      { userId: theirs.user_id, unconfirmed: true },
      [],
    ]);
    expect(session.user_id).toBe(theirs.user_id);
    await recent.request('POST', '/auth/logout');
  });

  it('helps nobody who has signed out', async () => {
    stage.emulator.faults.add({ kind: 'reset', path });
    await proveItDown(stage);
    const { browser } = await browserWithExpiredJwt(stage);
    const cookie = browser.cookieHeader;
    await browser.request('POST', '/auth/logout');

    const answer = await stage.application.browser().get('/me', { cookie });

    expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
  });
});
