import { setTimeout as pause } from 'node:timers/promises';
import type { MintedSession } from 'stytch-emulator';
import { RoundRobin } from '../support/round-robin.js';
import { startApplicationProcess, type ApplicationProcess } from '../support/start-application-process.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { jwtCookie, tokenCookie } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useEmulator } from '../support/use-application.js';

const instances = 4;
const activeClients = 50;
/** Of these, those whose JWTs have expired. */
const clientsToRefresh = 15;
const signOutsPerRestart = 10;
/** Between the requests with the cookies of a session that was signed out, or its refusals would use all of the CPU. */
const signedOutPauseMs = 100;
/** How long a session may be accepted after its sign-out was confirmed. */
const maxAcceptedMs = 1_000;

describeWithRedis('four instances that share sign-outs through Redis', () => {
  describePlatforms('restarted one after the other under load', (platform) => {
    const stage = useEmulator();
    let server: RedisServer;
    let balancer: RoundRobin;
    const started: ApplicationProcess[] = [];
    const start = async () => {
      const instance = await startApplicationProcess(stage.emulator, {
        platform,
        redisUrl: server.url,
        // The emulator is in the process that sends the load, and may be slow on a busy machine.
        deadlineMs: 30_000,
      });
      started.push(instance);
      return instance;
    };
    const newSessions = (count: number) =>
      Promise.all(
        Array.from({ length: count }, () => stage.emulator.sessions.create({ email: 'ada@example.com' })),
      );

    beforeAll(async () => {
      server = await RedisServer.start();
      balancer = new RoundRobin();
      for (const instance of await Promise.all(Array.from({ length: instances }, start)))
        balancer.add(instance);
    });
    afterAll(async () => {
      await balancer.close();
      for (const { child } of started) child.kill('SIGKILL');
      await Promise.all(started.map(({ ended }) => ended));
      await server.stop();
    });

    it('fail no request, sign nobody out, and accept no session for longer than a second after its sign-out', async () => {
      const statuses: Record<string, number> = {};
      const count = (name: string, status: number) => {
        statuses[`${name}: ${status}`] = (statuses[`${name}: ${status}`] ?? 0) + 1;
      };
      let isOver = false;
      const stayActive = async (cookie: string) => {
        while (!isOver) count('active', await balancer.request('GET', '/orders/slow', cookie));
      };
      /** How long sessions were accepted after their sign-outs were confirmed. */
      const acceptedMs: number[] = [];
      /** Keeps using a copy of the cookies. */
      const signOut = async (cookie: string) => {
        count('sign-out', await balancer.request('POST', '/auth/logout', cookie));
        const confirmedAtMs = performance.now();
        let lastAcceptedMs = 0;
        while (!isOver) {
          const sentAfterMs = performance.now() - confirmedAtMs;
          const status = await balancer.request('GET', '/orders/slow', cookie);
          if (status === 200) lastAcceptedMs = sentAfterMs;
          else if (status !== 401) count('signed out', status);
          await pause(signedOutPauseMs);
        }
        acceptedMs.push(lastAcceptedMs);
      };

      const active = await newSessions(activeClients - clientsToRefresh);
      stage.emulator.clock.advance({ minutes: -6 });
      active.push(...(await newSessions(clientsToRefresh)));
      stage.emulator.clock.reset();
      const load = active.map((session) => stayActive(cookieOf(session)));
      const toSignOut = (await newSessions(instances * signOutsPerRestart)).map(cookieOf);
      const endings = [];
      for (let restart = 0; restart < instances; restart += 1) {
        balancer.add(await start());
        load.push(...toSignOut.splice(0, signOutsPerRestart / 2).map(signOut));
        const ending = balancer.terminateOldest();
        load.push(...toSignOut.splice(0, signOutsPerRestart / 2).map(signOut));
        endings.push(await ending);
      }
      isOver = true;
      await Promise.all(load);

      expect(Object.keys(statuses).sort()).toEqual(['active: 200', 'sign-out: 204']);
      expect(statuses['sign-out: 204']).toBe(instances * signOutsPerRestart);
      expect(endings.map(({ exitCode, signal }) => [exitCode, signal])).toEqual(
        Array.from({ length: instances }, () => [null, 'SIGTERM']),
      );
      expect(Math.min(...endings.map(({ inFlight }) => inFlight))).toBeGreaterThan(0);
      expect(started.map(({ output }) => output.stderr).join('')).toBe('');
      expect(Math.max(...acceptedMs)).toBeLessThan(maxAcceptedMs);
    });
  });
});

const cookieOf = ({ session_jwt, session_token }: MintedSession) =>
  `${jwtCookie}=${session_jwt}; ${tokenCookie}=${session_token}`;
