import { type StoredSession } from '../../sessions/stored-session.js';

/** The session of a user. */
export interface Session extends StoredSession {
  readonly userId: string;
  readonly attributes: { readonly ipAddress: string; readonly userAgent: string };
}
