import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { isSameFactor, type NewFactor } from '../../sessions/factors/factor.js';
import { ExpiringTokens } from '../../sign-in/expiring-tokens.js';
import { type IntermediateSession } from './intermediate-session.js';

const lifetimeSeconds = 10 * 60;

/** The intermediate sessions. They are deleted when they become a session, or expire. */
export class IntermediateSessions extends ExpiringTokens<IntermediateSession> {
  start(emailAddress: string, factors: readonly NewFactor[]): IntermediateSession {
    return this.add({ ...this.newToken(lifetimeSeconds), emailAddress, factors });
  }

  /** @throws {ApiError} `intermediate_session_not_found` if the token is unknown, was used, or has expired */
  get(token: string): IntermediateSession {
    return (
      this.find(token) ??
      refuse(404, 'intermediate_session_not_found', 'Intermediate session could not be found.')
    );
  }

  /**
   * The session that `intermediate_session_token` identifies; undefined if it is not given.
   *
   * @throws {ApiError} `intermediate_session_not_found`
   */
  read(fields: Fields): IntermediateSession | undefined {
    const token = fields.string('intermediate_session_token');
    return token === undefined || token === '' ? undefined : this.get(token);
  }

  /** Adds the factors that the session does not have yet. */
  addFactors(session: IntermediateSession, factors: readonly NewFactor[]): void {
    const added = factors.filter((factor) => !session.factors.some((each) => isSameFactor(each, factor)));
    Object.assign(this.entries.edit(session), { factors: [...session.factors, ...added] });
  }
}
