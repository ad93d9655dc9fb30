import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { newStaleMarks } from '../../../../test/support/new-stale-marks.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';
import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { refusalOf, type Refusal, type RefusalCode } from '../../errors/refusal.js';
import type { ConnectedApp, M2MClient } from '../../identity/client.js';
import type { Principal } from '../../identity/principal.js';
import type { Session } from '../../identity/session.js';
import type { Clock } from '../../ports/clock.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { RequestAuthenticator } from '../authenticate-request.js';
import { MemoryDenyList } from '../deny/memory-deny-list.js';
import { keepVerifiedJwt } from '../session-jwts.js';
import { signedOut, unknown, type SessionResult } from '../session-result.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';
import type { Change } from '../stale/change.js';
import type { StaleMarks } from '../stale/stale-marks.js';
import { SessionWatch } from './session-watch.js';

const startSeconds = 1_800_000_000;
const clock: Clock = { nowMs: () => Date.now(), monotonicMs: () => Date.now() };
const options = { clock, session: { maxLifetimeMinutes: undefined } } as unknown as ResolvedOptions;

/** A JWT of the session that was issued some minutes after its start. */
function jwtAt(minutes: number, sessionId = 'session-test-1'): VerifiedJwt {
  const verified = verifiedJwt(startSeconds + minutes * 60, { sessionId, startedAtSeconds: startSeconds });
  keepVerifiedJwt(verified);
  return verified;
}

const signedIn = (verified: VerifiedJwt): SessionResult => ({ kind: 'signed_in', verified });

describe('watching a session', () => {
  const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  /** What the authenticator says of a JWT, and how often it was asked. */
  let authenticate: (jwt: string) => SessionResult | Promise<SessionResult>;
  let asked: string[];
  let denyList: MemoryDenyList;
  let staleMarks: StaleMarks;
  let watch: SessionWatch;
  let ended: string[];

  beforeEach(() => {
    jest.useFakeTimers({ now: startSeconds * 1000, doNotFake: ['queueMicrotask', 'nextTick'] });
    asked = [];
    ended = [];
    authenticate = () => signedIn(jwtAt(0));
    denyList = new MemoryDenyList(options);
    staleMarks = newStaleMarks(resolvedOptions({ clock }));
    const authenticator = {
      authenticateJwt: (jwt: string) => {
        asked.push(jwt);
        return authenticate(jwt);
      },
    } as unknown as RequestAuthenticator;
    watch = new SessionWatch(authenticator, denyList, staleMarks, options);
  });
  afterEach(() => {
    watch.shutDown();
    // Jest's reporter uses the same timers if it runs in this process, each once after 100 ms.
    jest.advanceTimersByTime(100);
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
    error.mockClear();
  });
  afterAll(() => {
    error.mockRestore();
  });

  const start = (principal: Principal = jwtAt(0).session, name = 'stream') =>
    watch.watch(principal, ({ code }) => ended.push(`${name}: ${code}`));
  const pass = ({ seconds = 0, minutes = 0 }) =>
    jest.advanceTimersByTimeAsync((minutes * 60 + seconds) * 1000);

  it('ends all that watch it at once when it is denied, and nothing else', () => {
    start(undefined, 'one');
    start(undefined, 'two');
    start(jwtAt(0, 'session-test-2').session, 'another session');
    denyList.deny({ sessionId: 'session-test-1' }, Date.now() + 1000);

    expect(ended).toEqual(['one: session_revoked', 'two: session_revoked']);
    expect(watch.size).toBe(1);
  });

  it('notices a session that was denied before the watch began', async () => {
    authenticate = () => signedOut('session_revoked');
    start();

    expect(ended).toEqual([]);
    await pass({ seconds: 0 });
    expect(ended).toEqual(['stream: session_revoked']);
  });

  it('asks about a session once per JWT, however many watch it, a minute before the JWT expires', async () => {
    authenticate = (jwt) =>
      signedIn(jwt === jwtAt(0).jwt && Date.now() > (startSeconds + 1) * 1000 ? jwtAt(4) : jwtAt(0));
    for (let at = 0; at < 100; at += 1) start();
    await pass({ minutes: 3, seconds: 58 });
    expect(asked).toHaveLength(1);

    await pass({ seconds: 3 });
    expect(asked).toHaveLength(2);
    await pass({ minutes: 3 });
    expect([asked.length, ended]).toEqual([2, []]);
  });

  it.each<[RefusalCode, SessionResult]>([
    ['session_revoked', signedOut('session_revoked')],
    ['session_expired', signedOut('session_expired')],
  ])('ends with %s if the session turns out to be over when its JWT is refreshed', async (code, result) => {
    start();
    await pass({ seconds: 1 });
    authenticate = () => Promise.resolve(result);
    await pass({ minutes: 4 });

    expect(ended).toEqual([`stream: ${code}`]);
  });

  it('ends within a second after the session has expired', async () => {
    const last = jwtAt(58);
    jest.setSystemTime(last.issuedAtSeconds * 1000);
    authenticate = () =>
      Date.now() >= last.sessionExpiresAtSeconds * 1000 ? signedOut('session_expired') : signedIn(last);
    start(last.session);
    await pass({ minutes: 1, seconds: 59 });
    expect(ended).toEqual([]);

    await pass({ seconds: 2 });
    expect(ended).toEqual(['stream: session_expired']);
  });

  it('goes on while Stytch is unreachable until the JWT has expired, and then ends with a 503', async () => {
    start();
    await pass({ seconds: 1 });
    authenticate = () => unknown('stytch_unavailable');
    await pass({ minutes: 4, seconds: 58 });
    expect(ended).toEqual([]);

    await pass({ seconds: 2 });
    expect(ended).toEqual(['stream: stytch_unavailable']);
  });

  it('goes on if Stytch is reachable again before the JWT has expired', async () => {
    start();
    await pass({ seconds: 1 });
    authenticate = () => Promise.reject(new Error('never thrown'));
    await pass({ minutes: 4, seconds: 20 });
    authenticate = () => signedIn(jwtAt(4));
    await pass({ minutes: 3 });

    expect(ended).toEqual([]);
  });

  it('asks again ten seconds after Stytch could not be asked, also if the JWT is valid for minutes', async () => {
    start();
    await pass({ seconds: 1 });
    authenticate = () => unknown('stytch_unavailable');
    await staleMarks.markEverywhere({ of: 'user', id: 'user-test-1', kind: 'deletion', atMs: Date.now() });
    await pass({ seconds: 1 });
    authenticate = () => signedOut('session_revoked');
    await pass({ seconds: 9 });
    expect(ended).toEqual([]);

    await pass({ seconds: 2 });
    expect(ended).toEqual(['stream: session_revoked']);
  });

  it('goes on past the expiry of the JWT while a grace period is granted', async () => {
    start();
    await pass({ minutes: 20 });

    expect(ended).toEqual([]);
  });

  it('ends a watch of an access token when that expires', async () => {
    const expiresAt = new Date((startSeconds + 3600) * 1000).toISOString();
    start({ kind: 'm2m_client', clientId: 'partner', expiresAt } as M2MClient);
    await pass({ minutes: 59, seconds: 59 });
    expect(ended).toEqual([]);

    await pass({ seconds: 2 });
    expect([ended, asked]).toEqual([['stream: token_expired'], []]);
  });

  it.each<[string, () => Principal]>([
    ['a session', () => jwtAt(0).session],
    [
      'an access token',
      () =>
        ({
          kind: 'm2m_client',
          clientId: 'partner',
          expiresAt: new Date((startSeconds + 3600) * 1000).toISOString(),
        }) as M2MClient,
    ],
  ])('calls no listener that has stopped watching %s, and keeps no timer for it', async (_, principal) => {
    const stop = start(principal());
    await pass({ seconds: 1 });
    stop();
    stop();
    denyList.deny({ sessionId: 'session-test-1' }, Date.now() + 1000);
    await pass({ minutes: 5 });

    expect([ended, watch.size, jest.getTimerCount()]).toEqual([[], 0, 0]);
  });

  it('does not grow with clients that come and go', async () => {
    for (let at = 0; at < 1000; at += 1) {
      start()();
      await pass({ seconds: 0 });
    }
    expect(asked.length).toBeLessThan(2);
  });

  it('calls the other listeners if one throws, and does not log what it threw', () => {
    watch.watch(jwtAt(0).session, () => {
      throw new RangeError('ada@example.com');
    });
    start();
    denyList.deny({ sessionId: 'session-test-1' }, Date.now() + 1000);

    expect(ended).toEqual(['stream: session_revoked']);
    expect(error.mock.calls).toEqual([['A listener to the end of a session threw (RangeError).']]);
  });

  describe('whose watchers are given it after a refresh', () => {
    const given: string[] = [];
    const startWith = (
      onRenewed: (session: Session) => Refusal | undefined | Promise<Refusal | undefined>,
      session = jwtAt(0).session,
    ) =>
      watch.watch(
        session,
        ({ code }) => ended.push(code),
        (renewed) => {
          given.push(renewed.roles.join());
          return onRenewed(renewed);
        },
      );
    const renewedWith = (...roles: string[]): SessionResult => {
      const renewed = jwtAt(4);
      Object.assign(renewed.session, { roles });
      return signedIn(renewed);
    };
    const unlessAdmin = ({ roles }: Session) =>
      roles.includes('admin') ? undefined : refusalOf('role_missing');
    beforeEach(() => {
      given.length = 0;
    });

    it('ends for those that refuse it, and for no others', async () => {
      startWith(unlessAdmin);
      startWith(() => undefined);
      start();
      await pass({ seconds: 1 });
      expect(given).toEqual([]);
      authenticate = () => renewedWith('member');
      await pass({ minutes: 4 });

      expect([given, ended, watch.size]).toEqual([['member', 'member'], ['role_missing'], 2]);
    });

    it('goes on for those that accept it, after each refresh', async () => {
      startWith(unlessAdmin);
      await pass({ seconds: 1 });
      authenticate = () => renewedWith('admin');
      await pass({ minutes: 4 });
      authenticate = () => signedOut('session_revoked');
      await pass({ minutes: 4 });

      expect([given, ended]).toEqual([['admin'], ['session_revoked']]);
    });

    it('ends at once for a watcher that begins with an older JWT than is known', async () => {
      start();
      await pass({ seconds: 1 });
      authenticate = () => renewedWith('member');
      await pass({ minutes: 4 });
      startWith(unlessAdmin);
      startWith(unlessAdmin, jwtAt(5).session);
      expect(ended).toEqual([]);
      await pass({ seconds: 0 });

      expect([given, ended]).toEqual([['member'], ['role_missing']]);
    });

    const failed = () => {
      throw new RangeError('ada@example.com');
    };
    const hanging = () => new Promise<undefined>(() => undefined);

    it.each<[string, () => Refusal | undefined | Promise<undefined>, string[]]>([
      ['throws', failed, ['(RangeError)']],
      ['rejects', () => Promise.reject(new RangeError('ada@example.com')), ['(RangeError)']],
      ['does not settle', hanging, ['within 10 s']],
      ['cannot know the policy', () => refusalOf('policy_unavailable'), []],
    ])('ends with 503 before the previous JWT expires if its watcher %s', async (_, onRenewed, logged) => {
      startWith(onRenewed);
      await pass({ seconds: 1 });
      authenticate = () => renewedWith('admin');
      await pass({ minutes: 4, seconds: 38 });
      expect(ended).toEqual([]);
      await pass({ seconds: 20 });

      expect(ended).toEqual(['policy_unavailable']);
      expect(error.mock.calls).toEqual(
        logged.map((how) => [`A requirement of an open stream could not be checked ${how}.`]),
      );
    });

    it.each<[string, () => Refusal | undefined | Promise<undefined>, string[]]>([
      ['goes on if its watcher accepts it', () => undefined, []],
      ['ends if its watcher refuses it', () => refusalOf('role_missing'), ['role_missing']],
    ])('%s when it is called again after a failure', async (_, later, code) => {
      for (const first of [failed, hanging]) {
        let respond: () => Refusal | undefined | Promise<undefined> = first;
        startWith(() => {
          const current = respond;
          respond = later;
          return current();
        });
      }
      await pass({ seconds: 1 });
      authenticate = () => renewedWith('admin');
      await pass({ minutes: 7 });

      expect([given.length, ended]).toEqual([4, [...code, ...code]]);
    });

    it('is not checked further after the shutdown, and leaves no timer', async () => {
      let reject: (reason: Error) => void = () => undefined;
      startWith(() => new Promise((_, fail) => (reject = fail)));
      await pass({ seconds: 1 });
      authenticate = () => renewedWith('admin');
      await pass({ minutes: 4 });
      const timers = jest.getTimerCount();
      watch.shutDown();
      expect(jest.getTimerCount()).toBe(timers - 1);
      reject(new Error('The database is closed.'));
      await pass({ minutes: 1 });

      expect([ended, error.mock.calls]).toEqual([[], []]);
    });

    it('asks no watcher that has stopped, nor ends it twice', async () => {
      let refuse: (refusal: Refusal) => void = () => undefined;
      const stop = startWith(() => new Promise((resolve) => (refuse = resolve)));
      start();
      await pass({ seconds: 1 });
      authenticate = () => renewedWith('admin');
      await pass({ minutes: 4 });
      stop();
      refuse(refusalOf('role_missing'));
      await pass({ seconds: 1 });

      expect([ended, watch.size]).toEqual([[], 1]);
    });
  });

  it('refuses a copy of a session, which it could not refresh', () => {
    expect(() => start({ ...jwtAt(0).session })).toThrow(
      new TypeError('Pass the session as @CurrentSession() returns it, not a copy.'),
    );
  });

  describe('after a change that a webhook reports', () => {
    const changed = (change: Pick<Change, 'of' | 'id' | 'kind'>) =>
      staleMarks.markEverywhere({ ...change, atMs: Date.now() });

    it.each<[string, Change['kind']]>([
      ['updated', 'update'],
      ['deleted', 'deletion'],
    ])('ends a session of a user who was %s within a second, if Stytch says so', async (_, kind) => {
      start();
      start(jwtAt(0, 'session-test-2').session, 'another session');
      await pass({ minutes: 2 });
      authenticate = () => Promise.resolve(signedOut('session_revoked'));
      await changed({ of: 'user', id: 'user-test-1', kind });
      await pass({ seconds: 1 });

      expect(ended).toEqual(['stream: session_revoked', 'another session: session_revoked']);
      expect(asked).toHaveLength(4);
    });

    it('checks no session of others', async () => {
      start();
      await pass({ minutes: 2 });
      await changed({ of: 'user', id: 'user-test-2', kind: 'deletion' });
      await pass({ seconds: 1 });

      expect([asked.length, ended]).toEqual([1, []]);
    });

    it('goes on if the session is still valid, and checks it before the JWT that it got expires', async () => {
      start();
      await pass({ minutes: 2 });
      authenticate = () => signedIn({ ...jwtAt(2), askedAfterMark: staleMarks.latest });
      await changed({ of: 'user', id: 'user-test-1', kind: 'update' });
      await pass({ seconds: 1 });
      expect(asked).toHaveLength(2);

      await pass({ minutes: 3, seconds: 58 });
      expect(asked).toHaveLength(2);
      await pass({ seconds: 2 });
      expect([asked.length, ended]).toEqual([3, []]);
    });

    it('checks again if the change was reported while a check was running', async () => {
      start();
      await pass({ seconds: 1 });
      let respond: (result: SessionResult) => void = () => undefined;
      authenticate = () => new Promise((resolve) => (respond = resolve));
      await pass({ minutes: 4 });
      await changed({ of: 'user', id: 'user-test-1', kind: 'update' });
      respond(signedIn(jwtAt(4)));
      authenticate = () => signedOut('session_revoked');
      await pass({ seconds: 1 });

      expect(ended).toEqual(['stream: session_revoked']);
    });

    it('spreads the checks of an organization that was updated over a minute', async () => {
      const ofMember = (n: number) => {
        const verified = jwtAt(0, `session-test-${n}`);
        const member: VerifiedJwt = {
          ...verified,
          subject: { kind: 'member', id: `member-test-${n}`, organizationId: 'organization-test-1' },
        };
        keepVerifiedJwt(member);
        return member.session;
      };
      for (let n = 0; n < 60; n += 1) start(ofMember(n));
      await pass({ seconds: 1 });
      await changed({ of: 'organization', id: 'organization-test-1', kind: 'update' });
      await pass({ seconds: 30 });
      expect(asked.length - 60).toBeGreaterThan(20);
      expect(asked.length - 60).toBeLessThan(40);

      await pass({ seconds: 31 });
      expect(asked).toHaveLength(120);
    });

    it('ends a watch of the access token of a connected app whose user was deleted, and of no other user', async () => {
      const expiresAt = new Date((startSeconds + 3600) * 1000).toISOString();
      for (const id of ['user-test-1', 'user-test-2']) {
        const subject = { kind: 'user', id };
        start({ kind: 'connected_app', clientId: 'app', subject, expiresAt } as ConnectedApp, id);
      }
      await changed({ of: 'user', id: 'user-test-2', kind: 'deletion' });

      expect(ended).toEqual(['user-test-2: token_invalid']);
    });
  });

  it('ends when one of the clocks says that the session is over', async () => {
    const jumping: { wallMs: number } & Clock = {
      wallMs: 0,
      nowMs: () => Date.now() + jumping.wallMs,
      monotonicMs: () => Date.now(),
    };
    const authenticator = {
      authenticateJwt: () =>
        jumping.nowMs() >= (startSeconds + 3600) * 1000 ? signedOut('session_expired') : signedIn(jwtAt(0)),
    } as unknown as RequestAuthenticator;
    const ofJumping = new SessionWatch(authenticator, denyList, staleMarks, {
      ...options,
      clock: jumping,
    });
    ofJumping.watch(jwtAt(0).session, ({ code }) => ended.push(code));
    await pass({ seconds: 1 });
    jumping.wallMs = 3_600_000;
    await pass({ seconds: 1 });
    ofJumping.shutDown();

    expect(ended).toEqual(['session_expired']);
  });
});
