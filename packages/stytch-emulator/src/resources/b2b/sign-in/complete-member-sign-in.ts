import { toTimestamp } from '../../../wire/json.js';
import { type Fields } from '../../../wire/fields.js';
import { refuse } from '../../../wire/api-error.js';
import { isSameAddress } from '../../email-address.js';
import { mergeClaims } from '../../sessions/custom-claims.js';
import { type NewFactor } from '../../sessions/factors/factor.js';
import { readSession, readSessionUpdate } from '../../sessions/session-arguments.js';
import { type SessionUpdate } from '../../sessions/session-store.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';
import { refuseSuspended, type Organization } from '../organizations/organization.js';
import { memberFields } from '../members/member.wire.js';
import { memberSessionFields } from '../sessions/member-session-response.js';
import { type MemberSession } from '../sessions/member-session.js';
import { type IntermediateSession } from './intermediate-session.js';
import { toMemberFactor } from './member-factor.js';
import { requirementsToWire } from './sign-in-requirements.wire.js';
import { missingFactors, type MissingFactors } from './sign-in-requirements.js';

const defaultDurationMinutes = 60;

/** The session part of an `authenticate` request, validated before the factor is consumed. */
export interface RequestedMemberSession extends SessionUpdate {
  /** The session of the member that the factor is added to. */
  existing: MemberSession | undefined;
  /** What the person has proven before. */
  intermediate: IntermediateSession | undefined;
}

/**
 * Reads the sessions that the caller passes and the session that it requests. A session of another member is
 * ignored, as documented.
 *
 * @throws {ApiError} `organization_suspended`, `user_lock_limit_reached`,
 *   `invalid_intermediate_session_token_for_organization` if the intermediate session belongs to another email
 *   address, and the errors of invalid sessions, durations and claims
 */
export function readRequestedMemberSession(
  b2b: B2B,
  fields: Fields,
  organization: Organization,
  member: Member,
): RequestedMemberSession {
  refuseSuspended(organization);
  b2b.locks.refuseLocked(member);
  const update = readSessionUpdate(fields);
  const passed = readSession(b2b, fields);
  const existing = passed?.memberId === member.memberId ? passed : undefined;
  const intermediate = b2b.intermediateSessions.read(fields);
  if (intermediate && !isSameAddress(intermediate.emailAddress, member.email.address)) {
    refuse(
      400,
      'invalid_intermediate_session_token_for_organization',
      'The intermediate session belongs to another email address than that of the member.',
    );
  }
  mergeClaims(existing?.customClaims ?? {}, update.customClaims);
  return { ...update, existing, intermediate };
}

export interface AcceptedMemberFactors {
  organization: Organization;
  member: Member;
  factors: readonly NewFactor[];
  /** Whether the factors prove that the person owns the email address of the member. */
  verifiesEmail: boolean;
}

/** How a sign-in ended: with a session, or with an intermediate session and what is missing. */
export interface MemberSignIn {
  organization: Organization;
  member: Member;
  session: MemberSession | undefined;
  intermediate: IntermediateSession | undefined;
  missing: MissingFactors;
  /** Whether earlier sessions were revoked, because the email address was verified for the first time. */
  resetSessions: boolean;
}

/** What every sign-in method, and every exchange of a session, does after its factors were accepted. */
export function completeMemberSignIn(
  b2b: B2B,
  { organization, member, factors, verifiesEmail }: AcceptedMemberFactors,
  requested: RequestedMemberSession,
): MemberSignIn {
  const { existing, intermediate } = requested;
  b2b.locks.reset(member);
  const resetSessions = verifiesEmail && verifyEmail(b2b, member, existing);
  const added = [...(intermediate?.factors ?? []), ...factors];
  const missing = missingFactors(organization, member, {
    factors: [...(existing?.factors ?? []), ...added],
    hasSession: existing !== undefined,
  });
  const result = { organization, member, missing, resetSessions };
  if (missing.primary !== null || missing.second) {
    return { ...result, session: undefined, intermediate: keep(b2b, member, factors, requested) };
  }
  b2b.members.activate(member);
  if (intermediate) b2b.intermediateSessions.use(intermediate);
  const session = updateOrStart(
    b2b,
    member,
    added.map((factor) => toMemberFactor(b2b, member, factor)),
    requested,
  );
  return { ...result, session, intermediate: undefined };
}

/**
 * With the first proof that the person owns the address, the member's earlier sessions are revoked and the password
 * must be reset, because somebody who does not own it may have started and set them.
 */
function verifyEmail(
  { members, sessions }: B2B,
  member: Member,
  existing: MemberSession | undefined,
): boolean {
  if (member.emailVerified) return false;
  if (!existing?.factors.some(({ type }) => type === 'password')) members.requirePasswordReset(member);
  members.verifyEmail(member);
  return sessions.revokeAllOf(member.memberId, existing);
}

/** The intermediate session that the caller has, with the new factors, or a new one. */
function keep(
  { intermediateSessions }: B2B,
  member: Member,
  factors: readonly NewFactor[],
  { intermediate }: RequestedMemberSession,
): IntermediateSession {
  if (intermediate === undefined) return intermediateSessions.start(member.email.address, factors);
  intermediateSessions.addFactors(intermediate, factors);
  return intermediate;
}

function updateOrStart(
  { sessions }: B2B,
  member: Member,
  factors: readonly NewFactor[],
  { existing, durationMinutes, customClaims }: RequestedMemberSession,
): MemberSession {
  if (existing === undefined) {
    const update = { durationMinutes: durationMinutes ?? defaultDurationMinutes, customClaims };
    return sessions.start(member, factors, update);
  }
  for (const factor of factors) sessions.addFactor(existing, factor);
  sessions.touch(existing, { durationMinutes, customClaims });
  return existing;
}

/** The response of operations that may end without a session: `authenticate`, and exchanges of sessions. */
export function memberSignInResponse(b2b: B2B, signIn: MemberSignIn) {
  const { organization, member, session, intermediate, missing } = signIn;
  return {
    ...memberFields(organization, member),
    ...requirementsToWire(missing, member),
    ...memberSessionFields(b2b, session, organization, member),
    intermediate_session_token: intermediate?.token ?? '',
    intermediate_session_token_expires_at: intermediate ? toTimestamp(intermediate.expiresAtSeconds) : null,
    member_device: null,
  };
}
