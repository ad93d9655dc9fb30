import { setImmediate as nextTurn } from 'node:timers/promises';
import { newStaleMarks } from '../../../../test/support/new-stale-marks.js';
import { newRenewedSessions } from '../../../../test/support/renewed-sessions.js';
import { until } from '../../../../test/support/until.js';
import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import type { StytchEvent } from '../../events/stytch-event.js';
import { StytchEvents } from '../../events/stytch-events.js';
import type { StaleMarks } from '../stale/stale-marks.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';
import { MemoryDenyList } from '../deny/memory-deny-list.js';
import { signedOut, unknown, type SessionResult, type SignedIn } from '../session-result.js';
import type { FetchSession } from './fetch-session.js';
import { InFlightRefreshes } from './in-flight-refreshes.js';
import { JwtRefresher } from './jwt-refresher.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';

const issuedAtSeconds = 1_800_000_000;
const current = verifiedJwt(issuedAtSeconds);
const next: SignedIn = {
  kind: 'signed_in',
  verified: verifiedJwt(issuedAtSeconds + 240, { startedAtSeconds: issuedAtSeconds }),
};
/** The same for requests that come later. The cookies are written for each. */
const served = (from: SignedIn) => {
  const { jwt, session } = from.verified;
  const isStillValid: unknown = expect.any(Function);
  return { ...from, renewed: { sessionJwt: jwt, expiresAt: session.expiresAt, isStillValid } };
};
const unavailable = unknown('stytch_unavailable');
const revoked = signedOut('session_revoked', true);

describe('the refresher of session JWTs', () => {
  let nowSeconds: number;
  let calls: { readonly parameters: unknown[]; readonly resolve: (result: SessionResult) => void }[];
  let events: StytchEvent[];
  let denials: unknown[][];
  let denyList: MemoryDenyList;
  let staleMarks: StaleMarks;
  let refresher: JwtRefresher;
  beforeEach(() => {
    nowSeconds = issuedAtSeconds;
    [calls, events, denials] = [[], [], []];
    const options = resolvedOptions({
      clock: { nowMs: () => nowSeconds * 1000, monotonicMs: () => nowSeconds * 1000 },
    });
    const fetch = async (...parameters: unknown[]) =>
      new Promise<SessionResult>((resolve) => calls.push({ parameters, resolve }));
    denyList = new (class extends MemoryDenyList {
      override deny(...parameters: Parameters<MemoryDenyList['deny']>) {
        denials.push(parameters);
        super.deny(...parameters);
      }
    })(options);
    staleMarks = newStaleMarks(options);
    const stytchEvents = new StytchEvents(options);
    stytchEvents.subscribe((event) => events.push(event));
    refresher = new JwtRefresher(
      { fetch } as unknown as FetchSession,
      newRenewedSessions(options, denyList),
      new InFlightRefreshes(),
      denyList,
      staleMarks,
      stytchEvents,
      options,
    );
  });
  const refreshWith = async (result: SessionResult) => {
    const promise = refresher.refresh(current);
    calls.at(-1)?.resolve(result);
    return promise;
  };
  /** Starts a refresh in the background, which completes with `result`. */
  const renewWith = async (result: SessionResult) => {
    nowSeconds = issuedAtSeconds + 240;
    refresher.renewalFor(current, nowSeconds * 1000);
    await nextTurn();
    const promise = refresher.refresh(current);
    calls.at(-1)?.resolve(result);
    await promise;
  };

  describe('refresh', () => {
    it('makes one call with the expired JWT and returns its result', async () => {
      expect(await refreshWith(next)).toBe(next);
      expect(calls.map(({ parameters }) => parameters)).toEqual([
        [{ kind: 'jwt', jwt: current.jwt }, current],
      ]);
    });

    it('makes one call for concurrent refreshes of one session', async () => {
      const older = verifiedJwt(issuedAtSeconds - 300, { startedAtSeconds: issuedAtSeconds - 300 });
      const promises = [current, older, current].map(async (jwt) => refresher.refresh(jwt));
      calls[0]?.resolve(next);

      expect(await Promise.all(promises)).toEqual([next, next, next]);
      expect(calls).toHaveLength(1);
    });

    it('makes one call for each session', () => {
      void refresher.refresh(current);
      void refresher.refresh(verifiedJwt(issuedAtSeconds, { sessionId: 'session-test-2' }));

      expect(calls).toHaveLength(2);
    });

    it.each<[string, number]>([
      ['a second', 1],
      ['239 seconds', 239],
    ])('serves the new JWT without a promise to a request that arrives %s later', async (_, seconds) => {
      await refreshWith(next);
      nowSeconds = issuedAtSeconds + 240 + seconds;

      expect(refresher.refresh(current)).toEqual(served(next));
      expect(calls).toHaveLength(1);
    });

    it('refreshes the new JWT in the background when it expires within a minute, and still serves it', async () => {
      await refreshWith(next);
      nowSeconds = issuedAtSeconds + 480;

      expect(refresher.refresh(current)).toEqual(served(next));
      await nextTurn();
      expect(calls.slice(1).map(({ parameters }) => parameters)).toEqual([
        [{ kind: 'jwt', jwt: next.verified.jwt }, next.verified],
      ]);
    });

    it('makes another call when the new JWT has expired as well', async () => {
      await refreshWith(next);
      nowSeconds = issuedAtSeconds + 600;
      void refresher.refresh(current);

      expect(calls).toHaveLength(2);
    });

    it('does not serve a JWT of another user, although its session id is the same', async () => {
      const ofAnotherUser = verifiedJwt(issuedAtSeconds + 240, { userId: 'user-test-2' });
      await refreshWith({ kind: 'signed_in', verified: ofAnotherUser });
      void refresher.refresh(current);

      expect(calls).toHaveLength(2);
    });

    it('caches a failure, so that an outage does not cause a call per request', async () => {
      await refreshWith(unavailable);
      nowSeconds += 1;

      expect(refresher.refresh(current)).toBe(unavailable);
      expect([calls.length, denials]).toEqual([1, []]);
    });

    it('denies the session until it expires if Stytch definitively refuses it', async () => {
      expect(await refreshWith(revoked)).toBe(revoked);
      expect(denials).toEqual([[current.session, (issuedAtSeconds + 3600) * 1000]]);
    });

    it('does not shorten a denial that was made while the call was in flight', async () => {
      const untilMs = (issuedAtSeconds + 1_000_000) * 1000;
      const promise = refresher.refresh(current);
      denyList.deny(current.session, untilMs);
      calls.at(-1)?.resolve(revoked);
      await promise;

      expect(denials).toEqual([[current.session, untilMs]]);
    });

    it('emits an event for a refreshed session', async () => {
      await refreshWith(next);

      expect(events).toEqual([
        {
          type: 'refreshed',
          subject: current.subject,
          sessionId: 'session-test-1',
          ahead: false,
          at: '2027-01-15T08:00:00.000Z',
        },
      ]);
    });

    it.each<[string, SessionResult]>([
      ['Stytch is unavailable', unavailable],
      ['the session was revoked', revoked],
    ])('emits no event if %s', async (_, result) => {
      await refreshWith(result);

      expect(events).toEqual([]);
    });
  });

  describe('renewalFor', () => {
    it('makes no call for a JWT that is valid for more than one minute', () => {
      nowSeconds = issuedAtSeconds + 239;

      expect([refresher.renewalFor(current, nowSeconds * 1000), calls.length]).toEqual([undefined, 0]);
    });

    it('starts one refresh in the background for a JWT that is valid for one minute, in a later turn of the event loop', async () => {
      nowSeconds = issuedAtSeconds + 240;
      const renewals = [
        refresher.renewalFor(current, nowSeconds * 1000),
        refresher.renewalFor(current, nowSeconds * 1000),
      ];

      expect(renewals).toEqual([undefined, undefined]);
      // A response needs only microtasks.
      await new Promise<void>((resolve) => {
        process.nextTick(resolve);
      });
      expect(calls).toEqual([]);
      await nextTurn();
      expect(calls.map(({ parameters }) => parameters)).toEqual([
        [{ kind: 'jwt', jwt: current.jwt }, current],
      ]);
    });

    it('returns the new JWT once the refresh has completed', async () => {
      await renewWith(next);

      expect([refresher.renewalFor(current, nowSeconds * 1000), calls.length]).toEqual([served(next), 1]);
    });

    it('returns the new JWT to the next request, even if it arrives after the JWT has expired', async () => {
      await renewWith(next);
      nowSeconds = issuedAtSeconds + 400;

      expect(refresher.refresh(current)).toEqual(served(next));
    });

    it('does not return a JWT that is not newer', async () => {
      await renewWith({ kind: 'signed_in', verified: current });

      expect([refresher.renewalFor(current, nowSeconds * 1000), calls.length]).toEqual([undefined, 1]);
    });

    it('makes no further call while a failure is cached', async () => {
      await renewWith(unavailable);

      expect([refresher.renewalFor(current, nowSeconds * 1000), calls.length]).toEqual([undefined, 1]);
    });

    it('shares the call with a request that needs the new JWT', async () => {
      nowSeconds = issuedAtSeconds + 240;
      refresher.renewalFor(current, nowSeconds * 1000);
      await nextTurn();
      const promise = refresher.refresh(current);
      calls[0]?.resolve(next);

      expect([await promise, calls.length]).toEqual([next, 1]);
    });

    it('leaves the call to a request that needs the new JWT before the refresh starts', async () => {
      nowSeconds = issuedAtSeconds + 240;
      refresher.renewalFor(current, nowSeconds * 1000);
      void refresher.refreshOlderThan(60, current);
      expect(calls).toHaveLength(1);
      await nextTurn();

      expect(calls).toHaveLength(1);
    });

    it('makes no call for a session that is signed out before the refresh starts', async () => {
      nowSeconds = issuedAtSeconds + 240;
      refresher.renewalFor(current, nowSeconds * 1000);
      denyList.deny(current.session, Date.parse(current.session.expiresAt));
      await nextTurn();

      expect(calls).toEqual([]);
    });

    it('denies the session until it expires if Stytch definitively refuses it', async () => {
      await renewWith(revoked);

      expect(denials).toEqual([[current.session, (issuedAtSeconds + 3600) * 1000]]);
    });

    it('emits an event that says that the refresh was made ahead', async () => {
      await renewWith(next);

      expect(events).toEqual([
        {
          type: 'refreshed',
          subject: current.subject,
          sessionId: 'session-test-1',
          ahead: true,
          at: '2027-01-15T08:04:00.000Z',
        },
      ]);
    });
  });

  describe('refreshStale', () => {
    /** What Stytch responds in the second of the change. */
    const sameSecond = (jwt: string): VerifiedJwt => ({
      ...verifiedJwt(issuedAtSeconds, { jwt }),
      askedAfterMark: staleMarks.latest,
    });
    const signedIn = (verified: VerifiedJwt): SignedIn => ({ kind: 'signed_in', verified });
    const change = () => {
      nowSeconds += 0.1;
      return staleMarks.markEverywhere({
        of: 'user',
        id: current.subject.id,
        kind: 'update',
        atMs: nowSeconds * 1000,
      });
    };
    beforeEach(change);

    it('makes one call for concurrent requests, and none for those that still send the stale JWT', async () => {
      const promises = [1, 2, 3].map(async () => refresher.refreshStale(current));
      const fresh = signedIn(sameSecond('fresh'));
      calls[0]?.resolve(fresh);

      expect(await Promise.all(promises)).toEqual([fresh, fresh, fresh]);
      expect(refresher.refreshStale(current)).toEqual(served(fresh));
      expect(calls).toHaveLength(1);
    });

    it('makes another call after a call that was started before the change', async () => {
      nowSeconds = issuedAtSeconds + 240;
      void refresher.renewalFor(current, nowSeconds * 1000);
      await nextTurn();
      await change();
      const promise = refresher.refreshStale(current);
      calls[0]?.resolve(signedIn({ ...next.verified, askedAfterMark: 1 }));
      await until(() => calls.length > 1);
      const fresh = signedIn({ ...next.verified, jwt: 'fresh', askedAfterMark: 2 });
      calls[1]?.resolve(fresh);

      expect([await promise, calls.length]).toEqual([fresh, 2]);
    });

    it('makes no call while a failure is cached', async () => {
      const promise = refresher.refreshStale(current);
      calls[0]?.resolve(unavailable);

      expect([await promise, refresher.refreshStale(current)]).toEqual([unavailable, unavailable]);
      expect(calls).toHaveLength(1);
    });

    it('denies the session if Stytch refuses it', async () => {
      const promise = refresher.refreshStale(current);
      calls[0]?.resolve(revoked);

      expect([await promise, denyList.isDenied(current.session)]).toEqual([revoked, true]);
    });
  });

  describe('refreshOlderThan', () => {
    const bySeconds = (seconds: number): SignedIn => ({
      kind: 'signed_in',
      verified: verifiedJwt(issuedAtSeconds + seconds, { startedAtSeconds: issuedAtSeconds }),
    });
    const refreshOlderThan = async (maxAgeSeconds: number, result: SessionResult) => {
      const promise = refresher.refreshOlderThan(maxAgeSeconds, current);
      calls.at(-1)?.resolve(result);
      return promise;
    };

    it('returns nothing for a JWT that is young enough', () => {
      nowSeconds = issuedAtSeconds + 60;

      expect(refresher.refreshOlderThan(60, current)).toBeUndefined();
      expect(calls).toEqual([]);
    });

    it('makes one call for concurrent requests with an older JWT', async () => {
      nowSeconds = issuedAtSeconds + 61;
      const promises = [1, 2, 3].map(async () => refresher.refreshOlderThan(60, current));
      calls[0]?.resolve(bySeconds(61));

      expect(await Promise.all(promises)).toEqual([bySeconds(61), bySeconds(61), bySeconds(61)]);
      expect(calls).toHaveLength(1);
    });

    it('shares the call with an ordinary refresh', async () => {
      nowSeconds = issuedAtSeconds + 240;
      refresher.renewalFor(current, nowSeconds * 1000);
      await nextTurn();
      const promise = refresher.refreshOlderThan(60, current);
      calls[0]?.resolve(next);

      expect([await promise, calls.length]).toEqual([next, 1]);
    });

    it('serves the new JWT to requests that still send the older one', async () => {
      nowSeconds = issuedAtSeconds + 61;
      await refreshOlderThan(60, bySeconds(61));
      nowSeconds = issuedAtSeconds + 121;

      expect(refresher.refreshOlderThan(60, current)).toEqual(served(bySeconds(61)));
      expect(calls).toHaveLength(1);
    });

    it('makes a call for an expired JWT, however long it may be old', () => {
      nowSeconds = issuedAtSeconds + 300;
      void refresher.refreshOlderThan(3600, current);

      expect(calls).toHaveLength(1);
    });

    it('makes a call with 0, also for a JWT that was issued in the same second', async () => {
      expect(await refreshOlderThan(0, bySeconds(0))).toEqual(bySeconds(0));
      expect(calls).toHaveLength(1);
    });

    it('makes at most one call per session and second with 0', async () => {
      nowSeconds = issuedAtSeconds + 10;
      await refreshOlderThan(0, bySeconds(10));
      nowSeconds += 1;

      expect(refresher.refreshOlderThan(0, current)).toEqual(served(bySeconds(10)));
      expect(refresher.refreshOlderThan(0, bySeconds(10).verified)).toBeUndefined();
      expect(calls).toHaveLength(1);

      void refresher.refreshOlderThan(0, verifiedJwt(issuedAtSeconds, { sessionId: 'session-test-2' }));
      expect(calls).toHaveLength(2);

      nowSeconds += 0.001;
      void refresher.refreshOlderThan(0, current);
      expect(calls).toHaveLength(3);
    });

    it('makes at most one call per session and time within which a confirmation is enough', async () => {
      nowSeconds = issuedAtSeconds + 10;
      const refresh = () => refresher.refreshOlderThan(0, current, 60);
      const promise = refresh();
      calls[0]?.resolve(bySeconds(10));
      await promise;
      nowSeconds += 60;

      expect(refresh()).toEqual(served(bySeconds(10)));
      expect(calls).toHaveLength(1);

      nowSeconds += 0.001;
      void refresh();
      expect(calls).toHaveLength(2);
    });

    it('counts the second from the start of the call, since the session may be revoked while it runs', async () => {
      const promise = refresher.refreshOlderThan(0, current);
      nowSeconds += 2;
      calls[0]?.resolve(bySeconds(2));
      await promise;
      void refresher.refreshOlderThan(0, bySeconds(2).verified);

      expect(calls).toHaveLength(2);
    });

    it('makes a call for an expired JWT that no newer one replaces, although its session was just confirmed', async () => {
      await refreshOlderThan(0, bySeconds(0));
      const expired = verifiedJwt(issuedAtSeconds - 300, { userId: 'user-test-2' });
      void refresher.refreshOlderThan(0, expired);

      expect(calls).toHaveLength(2);
    });

    it('caches a failure, so that an outage does not cause a call per request', async () => {
      expect(await refreshOlderThan(0, unavailable)).toBe(unavailable);
      expect(refresher.refreshOlderThan(0, current)).toBe(unavailable);
      expect(calls).toHaveLength(1);
    });

    it('denies the session if Stytch definitively refuses it', async () => {
      expect(await refreshOlderThan(0, revoked)).toBe(revoked);
      expect(denials).toEqual([[current.session, (issuedAtSeconds + 3600) * 1000]]);
    });
  });
});
