import { type EmulatorClock, nowSeconds } from '../../../clock.js';
import { type Identifiers } from '../../../identifiers.js';
import { Entries } from '../../../project/entries.js';
import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { isSameFactor, type NewFactor } from '../../sessions/factors/factor.js';
import { type IntermediateSession } from './intermediate-session.js';

const lifetimeSeconds = 10 * 60;

/** The intermediate sessions. They are deleted when they become a session, or expire. */
export class IntermediateSessions {
  readonly entries = new Entries<IntermediateSession>(({ token }) => token);

  constructor(
    private readonly identifiers: Identifiers,
    private readonly clock: EmulatorClock,
  ) {}

  start(emailAddress: string, factors: readonly NewFactor[]): IntermediateSession {
    const session: IntermediateSession = {
      token: this.identifiers.token(),
      emailAddress,
      factors,
      expiresAtSeconds: nowSeconds(this.clock) + lifetimeSeconds,
    };
    this.entries.set(session);
    return session;
  }

  /** @throws {ApiError} `intermediate_session_not_found` if the token is unknown, was used, or has expired */
  get(token: string): IntermediateSession {
    const session = this.entries.get(token);
    if (session && nowSeconds(this.clock) < session.expiresAtSeconds) return session;
    return refuse(404, 'intermediate_session_not_found', 'Intermediate session could not be found.');
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

  delete(session: IntermediateSession): void {
    this.entries.delete(session);
  }

  removeExpired(): void {
    const now = nowSeconds(this.clock);
    for (const session of this.entries.all()) if (now >= session.expiresAtSeconds) this.delete(session);
  }
}
