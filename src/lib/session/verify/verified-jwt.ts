import type { KeyObject } from 'node:crypto';
import type { Session } from '../../identity/session.js';
import { isSameSubject, type Subject } from '../../identity/subject.js';

/** A session JWT with a valid signature and valid claims. It may be expired. */
export interface VerifiedJwt {
  readonly jwt: string;
  readonly session: Session;
  readonly subject: Subject;
  /** Id of the published key that signed it. */
  readonly keyId: string;
  readonly key: KeyObject;
  readonly issuedAtSeconds: number;
  /** The later of `iat` and `nbf`. */
  readonly validFromSeconds: number;
  readonly expiresAtSeconds: number;
  readonly sessionStartedAtSeconds: number;
  readonly sessionExpiresAtSeconds: number;
  /** If this process fetched it: the number of the latest stale mark when it asked. */
  readonly askedAfterMark?: number;
}

/** A result with the JWT that it was read from. */
interface WithJwt {
  readonly verified: VerifiedJwt;
}

/** The result whose JWT was issued last; the first of several. `undefined` if there is none. */
export function newestOf<Result extends WithJwt>(results: readonly Result[]): Result | undefined {
  let newest = results[0];
  for (const result of results) {
    if (newest === undefined || result.verified.issuedAtSeconds > newest.verified.issuedAtSeconds)
      newest = result;
  }
  return newest;
}

/** Whether the JWTs of all results are of one session. */
export const areOfOneSession = ([first, ...others]: readonly WithJwt[]): boolean =>
  first === undefined || others.every(({ verified }) => isSameSession(verified, first.verified));

export const isSameSession = (one: VerifiedJwt, other: VerifiedJwt): boolean =>
  one.session.sessionId === other.session.sessionId && isSameSubject(one.subject, other.subject);
