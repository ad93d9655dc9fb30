import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, STYTCH_CLIENT, StytchEvents, type Session } from 'nestjs-stytch';
import { startStytchEmulator, type MintedSession, type StytchEmulator } from 'stytch-emulator';
import type { Client } from 'stytch';
import { endSession } from '../support/end-session.js';
import { bothCleared, cookiesSetBy, jwtCookie, keepSession } from '../support/sessions.js';
import {
  describePlatforms,
  startApplication,
  type ApplicationUnderTest,
} from '../support/start-application.js';
import { StytchFront } from '../support/stytch-front.js';
import { unavailable } from '../support/unavailable.js';

@Protected()
@Controller('me')
class MeController {
  @Get()
  show(@CurrentSession() session: Session) {
    return { sessionId: session.sessionId, unconfirmed: session.unconfirmed ?? false };
  }
}

const authenticate = '/v1/sessions/authenticate';

describePlatforms('while Stytch has proven to be down', (platform) => {
  let emulator: StytchEmulator;
  let front: StytchFront;
  let application: ApplicationUnderTest;

  const newSession = (email: string, durationMinutes = 60) =>
    emulator.sessions.create({ email, durationMinutes });
  const newSessions = (many: number) =>
    Promise.all(Array.from({ length: many }, (_, n) => newSession(`n${n}@example.com`)));
  const get = (session: MintedSession) => {
    const browser = application.browser();
    keepSession(browser, session);
    return browser.get('/me');
  };
  const isDown = () => {
    front.answer(authenticate, ({ socket }) => socket.destroy());
  };
  const start = async (outage = {}) => {
    application = await startApplication({
      emulator,
      platform,
      controllers: [MeController],
      options: { apiUrl: front.url, http: { deadlineMs: 300 }, outage },
    });
    expect((await get(await newSession('first@example.com'))).status).toBe(200);
  };
  /** Five people in a row get no answer. */
  const proveItDown = async (people: MintedSession[]) => {
    isDown();
    for (const person of people.slice(0, 4)) expect((await get(person)).status).toBe(503);
    await get(people[4]!);
    expect(application.app.get(StytchEvents).counts.outage_began).toBe(1);
    front.requests.length = 0;
  };

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    front = await StytchFront.before(emulator);
  });
  beforeEach(() => {
    front.reset();
  });
  afterEach(() => application.close());
  afterAll(async () => {
    await front.close();
    await emulator.close();
  });

  it('no socket is opened and nobody waits: 503 at once, cookies kept', async () => {
    await start();
    const people = await newSessions(105);
    emulator.clock.advance({ minutes: 6 });
    await proveItDown(people);
    front.dropConnections();
    const { opened } = front;
    const began = performance.now();

    const answers = await Promise.all(people.slice(5).map(get));

    expect(performance.now() - began).toBeLessThan(1000);
    for (const answer of answers) {
      expect([answer.status, answer.json(), answer.setCookies]).toEqual([503, unavailable, []]);
      expect(answer.headers.get('retry-after')).toBe('5');
    }
    expect([front.opened - opened, front.requests]).toEqual([0, []]);
  });

  it('one call in two seconds asks whether it is back, and the first answer ends the outage', async () => {
    await start();
    const people = await newSessions(30);
    emulator.clock.advance({ minutes: 6 });
    await proveItDown(people);
    const callsPerSecond: number[] = [];
    for (let second = 0; second < 6; second += 1) {
      front.requests.length = 0;
      await Promise.all(people.slice(5 + second * 3, 8 + second * 3).map(get));
      // A call whose connection broke is made a second time.
      callsPerSecond.push(Math.ceil(front.requests.length / 2));
      emulator.clock.advance({ seconds: 1 });
    }
    expect(callsPerSecond).toEqual([0, 0, 1, 0, 1, 0]);

    front.reset();
    const answers = [await get(people[25]!), await get(people[26]!), await get(people[27]!)];

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(front.requests).toHaveLength(3);
    expect(application.app.get(StytchEvents).counts).toMatchObject({ outage_began: 1, outage_ended: 1 });
  });

  it('that is never proven by the calls of the injected client, or by those for keys', async () => {
    await start();
    const [person] = await newSessions(1);
    front.answer('/v1/users/search', ({ socket }) => socket.destroy());
    front.answer(`/v1/sessions/jwks/${emulator.projectId}`, ({ socket }) => socket.destroy());
    const client = application.app.get<Client>(STYTCH_CLIENT);
    for (let n = 0; n < 25; n += 1) await expect(client.users.search({ limit: 1 })).rejects.toThrow();
    emulator.clock.advance({ minutes: 6 });

    expect((await get(person!)).status).toBe(200);
    expect(application.app.get(StytchEvents).counts).not.toHaveProperty('outage_began');
  });

  describe('with outage.graceSeconds', () => {
    const start600 = () => start({ graceSeconds: 600 });

    it('a genuine session is let through unconfirmed for so long after its JWT, and not a second more', async () => {
      await start600();
      const people = await newSessions(5);
      const [ada, grace] = [await newSession('ada@example.com'), await newSession('grace@example.com')];
      emulator.clock.advance({ minutes: 6 });
      await proveItDown(people);
      emulator.clock.advance({ minutes: 8, seconds: 50 });

      const within = await get(ada);
      emulator.clock.advance({ seconds: 15 });
      const beyond = await get(grace);

      expect([within.status, within.json(), within.setCookies]).toEqual([
        200,
        { sessionId: ada.session_id, unconfirmed: true },
        [],
      ]);
      expect([beyond.status, beyond.json(), beyond.setCookies]).toEqual([503, unavailable, []]);
    });

    it('nobody is let through before it is proven', async () => {
      await start600();
      const [person] = await newSessions(1);
      emulator.clock.advance({ minutes: 6 });
      isDown();

      expect((await get(person!)).json()).toEqual(unavailable);
    });

    it('a session that has ended is over: 401, cleared', async () => {
      await start600();
      const people = await newSessions(5);
      const short = await newSession('ada@example.com', 6);
      emulator.clock.advance({ minutes: 7 });
      await proveItDown(people);

      const answer = await get(short);

      expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_expired' });
      expect(cookiesSetBy(answer)).toEqual(bothCleared);
    });

    it('a session known to be revoked stays so: 401, cleared', async () => {
      await start600();
      const people = await newSessions(5);
      const revoked = await newSession('ada@example.com');
      emulator.clock.advance({ minutes: 6 });
      await endSession(emulator, revoked.session_id);
      expect((await get(revoked)).status).toBe(401);
      await proveItDown(people);

      const answer = await get(revoked);

      expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
      expect(cookiesSetBy(answer)).toEqual(bothCleared);
    });

    it('a forged JWT is no better than before', async () => {
      await start600();
      const people = await newSessions(5);
      emulator.clock.advance({ minutes: 6 });
      await proveItDown(people);

      const cookie = `${jwtCookie}=${people[0]!.session_jwt.replace(/.{20}$/, 'A'.repeat(20))}`;
      const answer = await application.browser().get('/me', { cookie });

      expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_invalid' });
      expect(front.requests).toEqual([]);
    });

    it('what is let through is confirmed again as soon as Stytch answers', async () => {
      await start600();
      const people = await newSessions(5);
      const ada = await newSession('ada@example.com');
      emulator.clock.advance({ minutes: 6 });
      await proveItDown(people);
      expect((await get(ada)).json()).toMatchObject({ unconfirmed: true });
      front.reset();
      emulator.clock.advance({ seconds: 3 });

      const answer = await get(ada);

      expect([answer.status, answer.json()]).toEqual([
        200,
        { sessionId: ada.session_id, unconfirmed: false },
      ]);
      expect(Object.keys(cookiesSetBy(answer))).toEqual([jwtCookie]);
    });
  });
});
