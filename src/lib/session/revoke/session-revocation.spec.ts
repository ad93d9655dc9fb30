import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { UserSession } from '../../identity/session.js';
import type { StytchEvent } from '../../events/stytch-event.js';
import { StytchEvents } from '../../events/stytch-events.js';
import type { Subject } from '../../identity/subject.js';
import { SessionApi, type ListedSession, type RevocableSession } from '../../ports/session-api.js';
import type { StytchResponse } from '../../ports/stytch-response.js';
import { DenyList, type DenyKey } from '../deny/deny-list.js';
import { tokenHashOf } from '../opaque-token.js';
import { DenialPeriod } from './denial-period.js';
import { RevocationCall } from './revocation-call.js';
import type { RevocationRetries } from './revocation-retries.js';
import { SessionRevocation, type RevocationCause } from './session-revocation.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';

const nowMs = 1_800_000_000_000;
const minute = 60_000;
const subject: Subject = { kind: 'user', id: 'user-test-1' };
const otherSubject: Subject = { kind: 'user', id: 'user-test-2' };
const sessionId = 'session-test-1';
const token = 'x'.repeat(44);
const tokenHash = tokenHashOf(token);
const expiringIn = (minutes: number, id = sessionId): ListedSession => ({
  sessionId: id,
  expiresAt: new Date(nowMs + minutes * minute).toISOString(),
});
const sessionOf = (listed: ListedSession) => ({ kind: 'user', userId: subject.id, ...listed }) as UserSession;
const cause: RevocationCause = {
  reason: 'signed_out',
  source: { request: new IncomingMessage(new Socket()), clientIp: '192.0.2.7' },
};
/** A JWT lives at most 15 minutes, and is accepted 30 seconds (clock skew) longer. */
const lastJwtExpiryMs = nowMs + 15.5 * minute;
const ok: StytchResponse<unknown> = { kind: 'ok', body: undefined };
const unavailable: StytchResponse<never> = { kind: 'unavailable', reason: 'unreachable' };
const rejected = (errorType: string): StytchResponse<unknown> => ({
  kind: 'rejected',
  status: 404,
  errorType,
  requestId: 'request-id-test-1',
});

/** Records denials in order. */
class RecordingDenyList extends DenyList {
  readonly denials: [DenyKey, number][] = [];

  override deny(): void {
    throw new Error('Other instances would not learn of it.');
  }

  override ensureDenied(): void {
    this.deny();
  }

  override denyEverywhere(key: DenyKey, untilMs: number): void {
    this.denials.push([key, untilMs]);
  }

  override isDenied(): boolean {
    return false;
  }
}

describe('the revocation of sessions', () => {
  let response: StytchResponse<unknown>;
  /** The response to the revocation of all sessions in one call; undefined if the product has no such call. */
  let allResponse: StytchResponse<unknown> | undefined;
  let listed: Record<string, StytchResponse<readonly ListedSession[]>>;
  /** The sessions that Stytch was asked to revoke, and how many were denied by then. */
  let calls: unknown[];
  let denialsAtCall: number[];
  /** The sessions whose revocation is retried, and until when. */
  let retries: [RevocableSession, number][];
  let call: RevocationCall;
  let events: StytchEvent[];
  let denyList: RecordingDenyList;
  let revocation: SessionRevocation;
  const newRevocation = (settings = {}) => {
    const options = resolvedOptions({ clock: { nowMs: () => nowMs, monotonicMs: () => 0 }, ...settings });
    const api = Object.assign(Object.create(SessionApi.prototype) as SessionApi, {
      revoke: async (session: unknown) => {
        calls.push(session);
        denialsAtCall.push(denyList.denials.length);
        return response;
      },
      list: async ({ id }: Subject) => listed[id] ?? unavailable,
      revokeAll: () => allResponse && Promise.resolve(allResponse),
    });
    const stytchEvents = new StytchEvents(options);
    stytchEvents.subscribe((event) => events.push(event));
    const denialPeriod = new DenialPeriod(options);
    call = new RevocationCall(api, denyList, denialPeriod);
    const recordingRetries: Pick<RevocationRetries, 'retry' | 'revokeAll'> = {
      retry: (...parameters) => retries.push(parameters),
      revokeAll: async (sessions) => {
        const attempts = sessions.map(async ({ session, untilMs }) => {
          if (!(await call.revoke(session))) retries.push([session, untilMs]);
        });
        await Promise.all(attempts);
      },
    };
    return new SessionRevocation(
      api,
      call,
      recordingRetries as RevocationRetries,
      denyList,
      denialPeriod,
      stytchEvents,
    );
  };
  beforeEach(() => {
    response = ok;
    allResponse = undefined;
    listed = {};
    [calls, denialsAtCall, retries, events] = [[], [], [], []];
    denyList = new RecordingDenyList();
    revocation = newRevocation();
  });

  describe('revoke', () => {
    it('denies the session before it calls Stytch', async () => {
      await revocation.revoke(sessionOf(expiringIn(60)), cause);

      expect([calls, denialsAtCall]).toEqual([[{ kind: 'id', sessionId }], [1]]);
    });

    it('denies a session that Stytch has revoked until its last JWT expires', async () => {
      await revocation.revoke(sessionOf(expiringIn(60)), cause);

      expect(denyList.denials).toEqual([
        [{ sessionId }, nowMs + 60 * minute],
        [{ sessionId }, lastJwtExpiryMs],
      ]);
      expect(retries).toEqual([]);
    });

    it.each(['session_not_found', 'invalid_session_token', 'user_not_found'])(
      'treats the error type "%s" as a confirmation',
      async (errorType) => {
        response = rejected(errorType);
        await revocation.revoke(sessionOf(expiringIn(60)), cause);

        expect(denyList.denials).toEqual([
          [{ sessionId }, nowMs + 60 * minute],
          [{ sessionId }, lastJwtExpiryMs],
        ]);
        expect(retries).toEqual([]);
      },
    );

    it.each<[string, StytchResponse<unknown>]>([
      ['is unavailable', unavailable],
      ['rejects the call for another reason', rejected('internal_server_error')],
    ])('denies the session until it expires and retries if Stytch %s', async (_, failure) => {
      response = failure;
      await revocation.revoke(sessionOf(expiringIn(60)), cause);

      expect(denyList.denials).toEqual([[{ sessionId }, nowMs + 60 * minute]]);
      expect(retries).toEqual([[{ kind: 'id', sessionId }, nowMs + 60 * minute]]);
    });

    it('shortens the denial once a retry succeeds', async () => {
      response = unavailable;
      await revocation.revoke(sessionOf(expiringIn(60)), cause);
      expect(await call.revoke({ kind: 'id', sessionId })).toBe(false);
      expect(denyList.denials).toHaveLength(1);
      response = ok;

      expect(await call.revoke({ kind: 'id', sessionId })).toBe(true);
      expect([calls.length, denyList.denials.at(-1)]).toEqual([3, [{ sessionId }, lastJwtExpiryMs]]);
    });

    it('denies a session that expires soon until its last JWT expires', async () => {
      response = unavailable;
      await revocation.revoke(sessionOf(expiringIn(1)), cause);

      expect(denyList.denials).toEqual([[{ sessionId }, lastJwtExpiryMs]]);
    });

    it('denies the session for one more session duration if refreshes extend sessions', async () => {
      response = unavailable;
      const extending = newRevocation({ session: { extendOnRefresh: true, durationMinutes: 90 } });
      await extending.revoke(sessionOf(expiringIn(60)), cause);

      expect(denyList.denials).toEqual([[{ sessionId }, nowMs + 150 * minute]]);
      expect(retries).toEqual([[{ kind: 'id', sessionId }, nowMs + 150 * minute]]);
    });

    it('denies a session whose expiry is not a date until its last JWT expires', async () => {
      response = unavailable;
      await revocation.revoke(sessionOf({ sessionId, expiresAt: 'soon' }), cause);

      expect(denyList.denials).toEqual([[{ sessionId }, lastJwtExpiryMs]]);
    });

    it('adds the clock skew and the grace period to the lifetime of the last JWT', async () => {
      const graceful = newRevocation({ session: { clockSkewSeconds: 60 }, outage: { graceSeconds: 600 } });
      await graceful.revoke(sessionOf(expiringIn(60)), cause);

      expect(denyList.denials.at(-1)).toEqual([{ sessionId }, nowMs + (15 + 1 + 10) * minute]);
    });

    it.each<[string, StytchResponse<unknown>]>([
      ['confirms', ok],
      ['is unavailable', unavailable],
    ])('emits one event if Stytch %s', async (_, reply) => {
      response = reply;
      await revocation.revoke(sessionOf(expiringIn(60)), cause);

      expect(events).toEqual([
        {
          type: 'revoked',
          reason: 'signed_out',
          subject,
          sessionId,
          network: '192.0.2.0/24',
          at: '2027-01-15T08:00:00.000Z',
        },
      ]);
    });
  });

  describe('revokeToken', () => {
    it('revokes the session of the token at Stytch', async () => {
      await revocation.revokeToken(token);

      expect(calls).toEqual([{ kind: 'token', token }]);
      expect([retries, events]).toEqual([[], []]);
    });

    it('denies the token, of which other instances may have cached the session, before it calls Stytch', async () => {
      await revocation.revokeToken(token);

      expect(denialsAtCall).toEqual([1]);
      expect(denyList.denials).toEqual([[{ tokenHash }, lastJwtExpiryMs]]);
    });

    it('denies the token for a session duration and retries if Stytch does not confirm', async () => {
      response = unavailable;
      await newRevocation({ session: { durationMinutes: 90 } }).revokeToken(token);

      expect(denyList.denials.at(-1)).toEqual([{ tokenHash }, nowMs + 90 * minute]);
      expect(retries).toEqual([[{ kind: 'token', token }, nowMs + 90 * minute]]);
    });
  });

  describe('revokeAll', () => {
    it('revokes all sessions of all subjects', async () => {
      listed = {
        'user-test-1': { kind: 'ok', body: [expiringIn(60), expiringIn(60, 'session-test-2')] },
        'user-test-2': { kind: 'ok', body: [expiringIn(60, 'session-test-3')] },
      };

      expect(await revocation.revokeAll([subject, otherSubject], cause)).toBe(true);
      expect(new Set(calls)).toEqual(
        new Set([
          { kind: 'id', sessionId },
          { kind: 'id', sessionId: 'session-test-2' },
          { kind: 'id', sessionId: 'session-test-3' },
        ]),
      );
      expect(events.map((event) => 'subject' in event && event.subject.id)).toEqual([
        'user-test-1',
        'user-test-1',
        'user-test-2',
      ]);
    });

    it('denies every session before it calls Stytch', async () => {
      const sessions = [1, 2, 3].map((id) => expiringIn(60, `session-test-${id}`));
      listed = { 'user-test-1': { kind: 'ok', body: sessions } };

      await revocation.revokeAll([subject], cause);
      expect(denialsAtCall[0]).toBe(3);
      expect(denyList.denials.slice(0, 3)).toEqual(
        sessions.map(({ sessionId: id }) => [{ sessionId: id }, nowMs + 60 * minute]),
      );
    });

    it('returns false if the sessions of a subject cannot be listed, and revokes those of the others', async () => {
      listed = { 'user-test-2': { kind: 'ok', body: [expiringIn(60, 'session-test-3')] } };

      expect(await revocation.revokeAll([subject, otherSubject], cause)).toBe(false);
      expect(calls).toEqual([{ kind: 'id', sessionId: 'session-test-3' }]);
    });

    it('returns true for a subject without sessions', async () => {
      listed = { 'user-test-1': { kind: 'ok', body: [] } };

      expect([await revocation.revokeAll([subject], cause), calls]).toEqual([true, []]);
    });

    it('returns true if sessions are listed but not confirmed as revoked, and retries each', async () => {
      listed = { 'user-test-1': { kind: 'ok', body: [expiringIn(60), expiringIn(60, 'session-test-2')] } };
      response = unavailable;

      expect([await revocation.revokeAll([subject], cause), retries.length]).toEqual([true, 2]);
    });

    it('revokes the sessions in one call if Stytch confirms it, and denies them until their last JWTs expire', async () => {
      const sessions = [expiringIn(60), expiringIn(60, 'session-test-2')];
      listed = { 'user-test-1': { kind: 'ok', body: sessions } };
      allResponse = ok;

      expect([await revocation.revokeAll([subject], cause), calls, retries]).toEqual([true, [], []]);
      expect(denyList.denials.slice(2)).toEqual(
        sessions.map(({ sessionId: id }) => [{ sessionId: id }, lastJwtExpiryMs]),
      );
    });

    it('revokes each session if the one call failed, so that no retry ends sessions started since', async () => {
      listed = { 'user-test-1': { kind: 'ok', body: [expiringIn(60), expiringIn(60, 'session-test-2')] } };
      [response, allResponse] = [unavailable, unavailable];

      await revocation.revokeAll([subject], cause);
      expect(retries.map(([session]) => session)).toEqual([
        { kind: 'id', sessionId },
        { kind: 'id', sessionId: 'session-test-2' },
      ]);
    });
  });
});
