import type { Session } from '../identity/session.js';
import { subjectOf } from '../identity/subject.js';
import type { EventSessionFields } from './stytch-event.js';

/** What an event says of a session. */
export function sessionFields(session: Session): EventSessionFields {
  const { sessionId, impersonator } = session;
  const impersonatorId = impersonator?.id;
  return { subject: subjectOf(session), sessionId, ...(impersonatorId !== undefined && { impersonatorId }) };
}
