import { nowSeconds } from '../../../clock.js';
import { type NewFactor, toFactor } from '../../sessions/factors/factor.js';
import { type NewSession, SessionStore } from '../../sessions/session-store.js';
import { type Member } from '../members/member.js';
import { type MemberSession } from './member-session.js';

/** The active sessions of members. */
export class MemberSessions extends SessionStore<MemberSession> {
  ofMember(memberId: string): MemberSession[] {
    return this.all().filter((session) => session.memberId === memberId);
  }

  start(
    { memberId, organizationId }: Pick<Member, 'memberId' | 'organizationId'>,
    factors: readonly NewFactor[],
    update: NewSession,
  ): MemberSession {
    const now = nowSeconds(this.clock);
    const session: MemberSession = {
      ...this.started(
        'member-session',
        factors.map((factor) => toFactor(factor, now)),
        update,
      ),
      memberId,
      organizationId,
    };
    this.entries.set(session);
    return session;
  }

  /** Revokes the sessions of a member, except one. Returns whether there were any. */
  revokeAllOf(memberId: string, except?: MemberSession): boolean {
    return this.revokeWhere((session) => session.memberId === memberId && session !== except);
  }
}
