import type { Refusal } from '../../errors/refusal.js';
import type { Client } from '../../identity/client.js';
import { isSession, type Principal } from '../../identity/principal.js';
import type { Session } from '../../identity/session.js';
import type { MaybePromise } from '../maybe-promise.js';
import { verifiedJwtOf } from '../session-jwts.js';
import { idsOf, idsOfPerson } from '../stale/stale-marks.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';

export type OnSessionEnd = (refusal: Refusal) => void;

/**
 * Is given the session after each refresh. A refusal that it returns ends its watch. After an error, or a refusal with
 * 503, it is called again until the JWT that it accepted before is about to expire.
 */
export type OnSessionRenewed = (session: Session) => MaybePromise<Refusal | undefined>;

export interface Watcher {
  readonly onEnd: OnSessionEnd;
  readonly onRenewed: OnSessionRenewed | undefined;
  /** The JWT that it began with or accepted last; absent for an access token. */
  accepted: VerifiedJwt | undefined;
  /** The JWT that it was given last. */
  given: VerifiedJwt | undefined;
}

/**
 * A session or an access token that is watched. Without watchers it stays until it is due, so that clients which
 * come and go don't add one each time.
 */
export interface Watched {
  readonly key: string;
  /** Of the person and their organization. */
  readonly ids: readonly string[];
  readonly watchers: Set<Watcher>;
  /** The newest JWT of the session; absent for an access token. */
  newest?: VerifiedJwt;
  /** Epoch milliseconds at which the newest JWT, or the access token, expires. */
  expiresAtMs: number;
  /** When it is checked next; infinite while a check is running. What is due at another time is ignored. */
  dueAtMs: number;
}

/** The same for all that watch one session or token. */
export const watchedKeyOf = (principal: Principal): string =>
  isSession(principal) ? principal.sessionId : tokenKeyOf(principal);

/** @throws {TypeError} for a copy of a session, which could not be refreshed */
export const newWatched = (principal: Principal): Watched =>
  isSession(principal) ? ofSession(principal) : ofToken(principal);

/** Tokens of one client that expire in the same second may be of different people. */
const tokenKeyOf = (client: Client) => [client.clientId, ...idsOfPerson(client), client.expiresAt].join(' ');

function ofSession(session: Session): Watched {
  const verified = verifiedJwtOf(session);
  if (verified === undefined)
    throw new TypeError('Pass the session as @CurrentSession() returns it, not a copy.');
  return {
    key: session.sessionId,
    ids: idsOf(verified.subject),
    watchers: new Set(),
    newest: verified,
    expiresAtMs: verified.expiresAtSeconds * 1000,
    dueAtMs: Infinity,
  };
}

const ofToken = (client: Client): Watched => ({
  key: tokenKeyOf(client),
  ids: idsOfPerson(client),
  watchers: new Set(),
  expiresAtMs: Date.parse(client.expiresAt),
  dueAtMs: Infinity,
});
