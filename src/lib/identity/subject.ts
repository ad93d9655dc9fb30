import type { Session } from './session.js';

/** The person a session belongs to: a user of a consumer project or a member of a B2B organization. */
export interface Subject {
  readonly kind: 'user' | 'member';
  /** Stytch's id, `user-…` or `member-…`. */
  readonly id: string;
}

export const subjectOf = (session: Session): Subject =>
  Object.freeze({ kind: session.kind, id: session.userId });

export const isSameSubject = (one: Subject, other: Subject): boolean =>
  one.kind === other.kind && one.id === other.id;
