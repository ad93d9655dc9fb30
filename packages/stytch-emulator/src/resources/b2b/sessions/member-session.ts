import { type StoredSession } from '../../sessions/stored-session.js';

/** The session of a member in its organization. */
export interface MemberSession extends StoredSession {
  readonly memberId: string;
  readonly organizationId: string;
}
