import { emptyObject } from './claims.js';
import type { MemberOrganization, MemberSession, UserSession } from './session.js';

/** The person a session belongs to. A union on `kind`. */
export type Subject = UserSubject | MemberSubject;

/** A user of a consumer project. */
export interface UserSubject {
  readonly kind: 'user';
  /** Stytch's id, `user-…`. */
  readonly id: string;
}

/** A member of an organization, in a B2B project. */
export interface MemberSubject {
  readonly kind: 'member';
  /** Stytch's id, `member-…`. */
  readonly id: string;
  /** Stytch's id of the organization, `organization-…`. */
  readonly organizationId: string;
}

export const subjectOf = (
  session: Pick<UserSession, 'kind' | 'userId'> | Pick<MemberSession, 'kind' | 'memberId' | 'organization'>,
): Subject =>
  session.kind === 'user'
    ? userSubject(session.userId)
    : memberSubject(session.memberId, session.organization);

export function userSubject(id: string): UserSubject {
  const subject = emptyObject<UserSubject>();
  subject.kind = 'user';
  subject.id = id;
  return Object.freeze(subject);
}

export function memberSubject(id: string, organization: MemberOrganization): MemberSubject {
  const subject = emptyObject<MemberSubject>();
  subject.kind = 'member';
  subject.id = id;
  subject.organizationId = organization.id;
  return Object.freeze(subject);
}

/** Ids of members are unique in a project, not only in their organization. */
export const isSameSubject = (one: Subject, other: Subject): boolean =>
  one.kind === other.kind && one.id === other.id;
