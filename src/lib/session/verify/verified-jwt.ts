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
}

export const isSameSession = (one: VerifiedJwt, other: VerifiedJwt): boolean =>
  one.session.sessionId === other.session.sessionId && isSameSubject(one.subject, other.subject);
