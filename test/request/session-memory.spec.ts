import type { NestExpressApplication } from '@nestjs/platform-express';
import type { MintedSession, StytchEmulator } from 'stytch-emulator';
import { MeController } from '../support/me.controller.js';
import { callsTo, cookiesSetBy, jwtCookie, tokenCookie } from '../support/sessions.js';
import { startApplication, type ApplicationUnderTest } from '../support/start-application.js';
import { SteppedClock } from '../support/stepped-clock.js';
import { useApplication } from '../support/use-application.js';

const authenticate = 'POST /v1/sessions/authenticate';
/** Makes a JWT of about 5.4 KB, which fits no cookie. */
const customClaims = { filler: 'x'.repeat(3500) };
const madeUpToken = (n: number) => `made-up-token-${n}-`.padEnd(43, 'x');
const trustProxy = (app: unknown) => (app as NestExpressApplication).set('trust proxy', true);
const countOf = <Value>(values: readonly Value[], value: Value) =>
  values.filter((other) => other === value).length;

describe('the memory of sessions', () => {
  const clock = new SteppedClock((): StytchEmulator => stage.emulator);
  const settings = { controllers: [MeController], configure: trustProxy, options: { clock } };
  const stage = useApplication(settings);
  const cookieOf = (token: string) => `${tokenCookie}=${token}`;
  const send = async (cookie: string, network: string, to: ApplicationUnderTest = stage.application) =>
    to.browser().get('/me', { cookie, 'x-forwarded-for': network });
  const statusOf = async (token: string, network: string, to?: ApplicationUnderTest) =>
    (await send(cookieOf(token), network, to)).status;
  const lookups = () => countOf(callsTo(stage.emulator), authenticate);
  const createSessions = (count: number, prefix: string, options = {}): Promise<MintedSession[]> =>
    Promise.all(
      Array.from({ length: count }, (_, n) =>
        stage.emulator.sessions.create({ email: `${prefix}-${n}@example.com`, ...options }),
      ),
    );
  const networkOf = (n: number) => `198.18.${n >> 8}.${n & 255}`;
  /** Three requests of each person, one every five seconds, evenly spread. */
  async function visit(tokens: string[], network: (n: number) => string, to?: ApplicationUnderTest) {
    const statuses: number[] = [];
    const atOnce = 20;
    for (let round = 0; round < 3; round += 1) {
      for (let from = 0; from < tokens.length; from += atOnce) {
        const group = tokens.slice(from, from + atOnce);
        statuses.push(
          ...(await Promise.all(group.map((token, n) => statusOf(token, network(from + n), to)))),
        );
        clock.advance({ seconds: (5 * atOnce) / tokens.length });
      }
    }
    return statuses;
  }

  beforeEach(() => {
    clock.advance({ seconds: 61 });
    stage.emulator.requests.clear();
  });

  describe('of six hundred people whose JWTs are too large for a cookie', () => {
    let tokens: string[];
    beforeAll(async () => {
      tokens = (await createSessions(600, 'large', { customClaims, durationMinutes: 600 })).map(
        ({ session_token }) => session_token,
      );
    });

    it.each<[number, string, (n: number) => string]>([
      [600, 'as many networks', networkOf],
      [150, 'one network', () => '203.0.113.1'],
    ])(
      'holds all: three requests each of %d people from %s right after a start get 200, with one call per person',
      async (people, _, network) => {
        const restarted = await startApplication({ ...settings, emulator: stage.emulator });

        const statuses = await visit(tokens.slice(0, people), network, restarted);

        await restarted.close();
        expect([countOf(statuses, 200), lookups()]).toEqual([3 * people, people]);
      },
    );
  });

  it('keeps a flood of made-up tokens from one network away from everybody else', async () => {
    const people = await createSessions(75, 'real');
    const statuses: number[] = [];
    for (let second = 0; second < 5; second += 1) {
      for (let n = 0; n < 15; n += 1) {
        const at = second * 15 + n;
        await statusOf(madeUpToken(at), '203.0.113.66');
        statuses.push(await statusOf(people[at]?.session_token ?? '', networkOf(at)));
        clock.advance({ seconds: 1 / 15 });
      }
    }
    expect(countOf(statuses, 200)).toBe(75);
  });

  it('serves one renewed JWT to everybody who sends the old one: one call in four minutes', async () => {
    const [session] = await createSessions(1, 'replayed', { durationMinutes: 60 });
    clock.advance({ minutes: 6 });
    const cookie = `${jwtCookie}=${session?.session_jwt}`;
    const jwts = new Set<string | undefined>();
    for (let seconds = 0; seconds < 240; seconds += 3) {
      const response = await send(cookie, networkOf(1));
      expect(response.status).toBe(200);
      jwts.add(cookiesSetBy(response)[jwtCookie]?.value);
      clock.advance({ seconds: 3 });
    }
    expect([lookups(), jwts.size]).toEqual([1, 1]);
  });
});
